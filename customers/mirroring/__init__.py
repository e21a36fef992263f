"""Bring customers and their relations into step with what WeCom says. Callbacks and full syncs call the same rules."""

from customers.mirroring.endings import end_pairs
from customers.mirroring.instep import sight
from customers.mirroring.pages import apply_page

__all__ = ["apply_page", "end_pairs", "sight"]
