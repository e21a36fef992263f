"""Times are asked by whole days of the company's zone: each question is a span, the same in SQL and of a fact."""

import datetime as dt
from typing import Any

from core.time import day_range
from segments.conditions.nodes import Moment

DAY = dt.timedelta(days=1)
Days = tuple[dt.date | None, dt.date | None]
Span = tuple[dt.datetime | None, dt.datetime | None]
PERIODS = ("week", "month", "quarter", "year")


def span(op: str, value: Any, moment: Moment) -> Span:
    """The first instant that answers to the question, and the first behind those that do; None: no bound."""
    first, last = dates(op, value, moment)
    start = day_range(first, moment.zone)[0] if first else None
    return start, day_range(last, moment.zone)[1] if last else None


def length(op: str, value: Any, _moment: Moment) -> tuple[dt.timedelta | None, dt.timedelta | None]:
    """The same of how long something lasted, asked in whole days."""
    first, last = value if op == "between" else (value, value)
    match op:
        case "gt":
            return (first + 1) * DAY, None
        case "gte":
            return first * DAY, None
        case "lt":
            return None, first * DAY
        case "lte":
            return None, (last + 1) * DAY
    return first * DAY, (last + 1) * DAY


def dates(op: str, value: Any, moment: Moment) -> Days:
    """The first day that answers to the question, and the last; None: no bound."""
    today = moment.today
    match op:
        case "within":
            return today - (value - 1) * DAY, today
        case "earlierThan":
            return None, today - value * DAY
        case "next":
            return today, today + (value - 1) * DAY
        case "after":
            return value + DAY, None
        case "before":
            return None, value - DAY
        case "on":
            return value, value
        case "this":
            return _period(value, today)
    first, last = value
    return first, last


def _period(name: str, today: dt.date) -> Days:
    """The week (from Monday), month, quarter or year that the day is in."""
    if name == "week":
        monday = today - today.weekday() * DAY
        return monday, monday + 6 * DAY
    months = {"month": 1, "quarter": 3, "year": 12}[name]
    first = today.replace(month=(today.month - 1) // months * months + 1, day=1)
    behind = (first + (months * 31 + 1) * DAY).replace(day=1)
    return first, behind - DAY
