"""What the reports can be asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from insights.stats.terms import Span

DAYS = ("first", "last")
WHOSE = ("department", "employee")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a report can be asked.

    Attributes:
        fields: of the form.
        span: by what is counted where that is no choice.
        most: span → how many of them at most.
        sorts: by which numbers its lines are ordered.
        lately: whether it tells of the last days that have been counted, and not of any.
    """

    fields: tuple[str, ...] = (*DAYS, "by", *WHOSE)
    span: Span | None = None
    most: Mapping[Span, int] | None = None
    sorts: tuple[str, ...] = ()
    lately: bool = False
