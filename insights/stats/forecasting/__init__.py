"""What the next days may bring, told where the past shows that it is better than "as before"."""
