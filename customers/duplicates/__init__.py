"""Customers who may be one person, found by equal keys (docs/decisions/0049-duplicates.md)."""

from customers.duplicates.dismissing import dismiss
from customers.duplicates.refreshing import refresh
from customers.duplicates.sweeping import sweep

__all__ = ["dismiss", "refresh", "sweep"]
