"""What is meant by an active customer: a value, and what holds where a company says nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from insights.choices import ContactKind

# As long as the profile's grades and the insights take for silence.
USUAL_DAYS = 30
MOST_DAYS = 365


@dataclass(frozen=True, slots=True)
class Definition:
    """Attributes:
    version: which of the company's; 0 is the usual one.
    days: contact on one of so many days, the last one included, makes active.
    kinds: what counts as contact.
    """

    version: int = 0
    days: int = USUAL_DAYS
    kinds: tuple[ContactKind, ...] = tuple(ContactKind)


def in_order(kinds: Iterable[str]) -> tuple[ContactKind, ...]:
    """Each of them once, in the order in which they are told; what is none of them is left out."""
    wanted = set(kinds)
    return tuple(kind for kind in ContactKind if kind in wanted)
