"""Count many days anew, one after the other: at any time, as often as wanted, stopped and begun again anywhere."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from corps.models import Corp
from insights.stats import computing, windows
from insights.stats.terms import Span


class Step(NamedTuple):
    """A day that has been counted, and how many rows differed."""

    day: dt.date
    changed: int


def rebuild(corp: Corp, first: dt.date, last: dt.date) -> Iterator[Step]:
    """Count the days from one to another, each for itself, so that what was done stays done; at most up to yesterday.

    A week or month is counted with its last day, or with the last day asked for.
    """
    today = windows.today_of(corp)
    last = min(last, today - windows.DAY)
    for day in windows.days(first, last):
        changed = computing.compute_kept(corp=corp, day=day, today=today)
        changed += computing.compute(corp=corp, span=Span.DAY, day=day, today=today)
        for span in (Span.WEEK, Span.MONTH):
            if day == last or windows.beginning(span, day + windows.DAY) > day:
                changed += computing.compute(corp=corp, span=span, day=day, today=today)
        yield Step(day, changed)
