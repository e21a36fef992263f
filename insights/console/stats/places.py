"""How days, weeks and months are called."""

import datetime as dt

from insights.console.stats.asking import Asked
from insights.stats.terms import Span


def place(asked: Asked, first: dt.date) -> str:
    """How a day, week or month is called."""
    last = asked.period.last_of(first)
    if asked.period.span == Span.MONTH:
        return f"{first:%Y-%m}"
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} – {last:%m-%d}"


def tick(asked: Asked, first: dt.date) -> str:
    """The same below a chart, where there is little room."""
    return f"{first:%Y-%m}" if asked.period.span == Span.MONTH else f"{first:%m-%d}"
