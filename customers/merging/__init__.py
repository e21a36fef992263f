"""One person with several records: they become one for people, and can be told apart again
(docs/decisions/0049-duplicates.md)."""

from customers.merging.groups import ids_of
from customers.merging.merging import merge
from customers.merging.planning import plan
from customers.merging.undoing import undo

__all__ = ["ids_of", "merge", "plan", "undo"]
