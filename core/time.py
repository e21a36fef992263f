"""Instants are UTC; a day belongs to a zone."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

_DAY = dt.timedelta(days=1)
# A day's width from the ends, so that these too can be shown in any zone.
FIRST, LAST = dt.datetime.min.replace(tzinfo=dt.UTC) + _DAY, dt.datetime.max.replace(tzinfo=dt.UTC) - _DAY


def now() -> dt.datetime:
    """This instant, in UTC."""
    return dt.datetime.now(dt.UTC)


def day_range(day: dt.date, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """First instant of the day and of the next one, both UTC: compare columns with ``>=`` and ``<``.

    Computed here and not by the database, which silently finds no row when its time-zone tables are empty. At the ends
    of the calendar, where no other zone has such a day, nothing lies before the first and behind the last.
    """
    return _midnight(day, zone, FIRST), _midnight(day, zone, LAST, ahead=1)


def _midnight(day: dt.date, zone: ZoneInfo, beyond: dt.datetime, *, ahead: int = 0) -> dt.datetime:
    try:
        return dt.datetime.combine(day + dt.timedelta(days=ahead), dt.time(), zone).astimezone(dt.UTC)
    except OverflowError:
        return beyond


def to_wire(moment: dt.datetime | None) -> str | None:
    """``2026-11-22T08:30:00Z``, the one form in which times leave the service. A naive time is taken for UTC."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return aware.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_wire(told: Any) -> dt.datetime | None:
    """The instant that another service wrote down, UTC; None for what is none, has no zone or is of another century."""
    if not isinstance(told, str) or not told.startswith("20"):
        return None
    try:
        moment = dt.datetime.fromisoformat(told)
    except ValueError:
        return None
    return moment.astimezone(dt.UTC) if moment.tzinfo else None
