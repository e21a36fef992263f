"""A customer's timeline as people read it, and its making anew from the record."""
