"""What is looked at: things that happened with a customer, each with its kind and moment."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from followups.choices import EntryKind

GROUP_JOINED, GROUP_LEFT = "group_joined", "group_left"
# What counts as contact, as it does for the silence of warnings and of the churn score: somebody did something with the
# other. Tags, stages and SOPs are our own housekeeping.
CONTACTS = frozenset({EntryKind.FOLLOWED, EntryKind.FOLLOW_UP, EntryKind.COMMUNICATION, GROUP_JOINED})
# Contacts whose hour a person chose.
TIMED = frozenset({EntryKind.FOLLOWED, EntryKind.FOLLOW_UP, EntryKind.COMMUNICATION})
DAY = dt.timedelta(days=1)


class Entry(NamedTuple):
    kind: str
    at: dt.datetime


def until(entries: Iterable[Entry], moment: dt.datetime) -> list[Entry]:
    """Those that are no later than the moment, the first first."""
    return sorted((entry for entry in entries if entry.at <= moment), key=lambda entry: (entry.at, entry.kind))


def contacts(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.kind in CONTACTS]


def within(entries: Sequence[Entry], moment: dt.datetime, days: int) -> int:
    """How many lie in the last so many times 24 hours."""
    return sum(entry.at > moment - days * DAY for entry in entries)
