"""The answers of the statistics, each from the rows alone."""
