"""Bring group chats into step with what WeCom says of them. Callbacks and full syncs call the same functions.

Who stayed when, and which witness is believed: docs/decisions/0025-stays.md.
"""

from groups.mirroring.departures import apply_departures
from groups.mirroring.dismissals import dismiss, end_unseen
from groups.mirroring.readings import apply_chats

__all__ = [
    "apply_chats",
    "apply_departures",
    "dismiss",
    "end_unseen",
]
