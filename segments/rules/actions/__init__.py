"""What a rule does to a customer."""
