"""What facts of customers and notes of relations were before: a row for each change, in the change's own transaction
(docs/decisions/0047-profiles.md)."""

from customers.history.keeping import Change, keep, of_customers, of_relation

__all__ = ["Change", "keep", "of_customers", "of_relation"]
