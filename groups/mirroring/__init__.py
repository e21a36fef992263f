"""Bring group chats into step with what WeCom says of them. Callbacks and full syncs call the same functions.

Who stayed when, and which witness is believed: docs/decisions/0025-stays.md.
"""

from groups.mirroring.departures import apply_departures, apply_version
from groups.mirroring.dismissals import dismiss, end_unseen, unseen
from groups.mirroring.readings import apply_chats
from groups.mirroring.statuses import set_statuses

__all__ = [
    "apply_chats",
    "apply_departures",
    "apply_version",
    "dismiss",
    "end_unseen",
    "set_statuses",
    "unseen",
]
