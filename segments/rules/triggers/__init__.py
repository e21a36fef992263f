"""What sets a rule off."""
