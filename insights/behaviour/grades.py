"""Grades from 1 to 5 like RFM's: how lately, how often, and by how many ties, since no order is known here."""

from dataclasses import dataclass
from typing import Any

Steps = tuple[int, int, int, int]
# Found reasonable for a company that sells by talking: a company sets its own.
RECENCY: Steps = (7, 14, 30, 90)
FREQUENCY: Steps = (1, 3, 6, 12)
TIES: Steps = (1, 2, 3, 5)
# So old a customer is no longer new.
NEW_DAYS = 30


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Attributes:
    recency: at most so many days since the last contact give 5, 4, 3 and 2.
    frequency: at least so many contacts in 365 days give 2, 3, 4 and 5.
    ties: at least so many living relations and group chats together give 2, 3, 4 and 5.
    """

    recency: Steps = RECENCY
    frequency: Steps = FREQUENCY
    ties: Steps = TIES


def of(
    *, silent: int | None, contacts: int, ties: int, known_days: int | None, by: Thresholds = Thresholds()
) -> dict[str, Any]:
    """The three grades and what they come to. ``known_days``: since the first contact."""
    recency = 1 if silent is None else 5 - sum(silent > step for step in by.recency)
    frequency = _reached(contacts, by.frequency)
    label = _label(recency, frequency, known_days)
    return {"recency": recency, "frequency": frequency, "ties": _reached(ties, by.ties), "label": label}


def _reached(number: int, steps: Steps) -> int:
    return 1 + sum(number >= step for step in steps)


def _label(recency: int, frequency: int, known_days: int | None) -> str:
    if recency >= 4 and frequency >= 4:
        return "core"
    if known_days is not None and known_days <= NEW_DAYS:
        return "new"
    if recency >= 3:
        return "regular" if frequency >= 3 else "occasional"
    return "fading" if frequency >= 3 else "asleep"


LABELS = ("core", "regular", "occasional", "new", "fading", "asleep")
