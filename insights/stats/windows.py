"""Days, weeks and months as instants of a company's zone."""

import calendar
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.time import day_range, now
from corps.models import Corp
from insights.stats.terms import Span

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """What is counted at once: at or after ``start`` and before ``end``.

    Attributes:
        first: the day that names it.
        last: the last day in it that is over.
        whole: whether all of it is over.
    """

    span: Span
    first: dt.date
    last: dt.date
    start: dt.datetime
    end: dt.datetime
    whole: bool


def window(corp: Corp, span: Span, day: dt.date, *, today: dt.date) -> Window:
    """The day, or the week or month that it lies in, up to yesterday."""
    first = beginning(span, day)
    following = after(span, first)
    until = min(following, today)
    start, end = day_range(first, corp.zone)[0], day_range(until, corp.zone)[0]
    return Window(span, first, until - DAY, start, end, following <= today)


def beginning(span: Span, day: dt.date) -> dt.date:
    """The first day of the span that a day lies in; weeks begin on Mondays."""
    if span == Span.WEEK:
        return day - day.weekday() * DAY
    return day.replace(day=1) if span == Span.MONTH else day


def after(span: Span, first: dt.date) -> dt.date:
    """The first day of the next one."""
    if span == Span.MONTH:
        return first + calendar.monthrange(first.year, first.month)[1] * DAY
    return first + (7 if span == Span.WEEK else 1) * DAY


def before(span: Span, first: dt.date, count: int = 1) -> dt.date:
    """The first day of the span that lies so many before."""
    for _n in range(count):
        first = beginning(span, first - DAY)
    return first


def days(first: dt.date, last: dt.date) -> list[dt.date]:
    """From one day to another, both included."""
    return [first + n * DAY for n in range((last - first).days + 1)]


def days_before(last: dt.date, days: int, zone: ZoneInfo) -> dt.datetime:
    """The instant from which on so many days reach to the end of a day, itself among them."""
    return day_range(last - (days - 1) * DAY, zone)[0]


def today_of(corp: Corp, moment: dt.datetime | None = None) -> dt.date:
    """The company's day at a moment (now)."""
    return (moment or now()).astimezone(corp.zone).date()
