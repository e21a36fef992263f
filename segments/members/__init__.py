"""Who is in a segment: rows of stays, and the ways in which they begin and end."""
