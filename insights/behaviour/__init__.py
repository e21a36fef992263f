"""What a customer's days look like: counts, rhythm, the best time to reach them, grades. Functions over entries."""
