"""The pages of the wall in the console. One line each."""
