"""What protects the people behind the rows: marks, masks, the record of who saw whom, erasures, days kept."""

from customers.privacy.tables import TABLES

__all__ = ["TABLES"]
