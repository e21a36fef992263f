"""Instants are UTC; a day belongs to a zone."""

import datetime as dt
from zoneinfo import ZoneInfo


def now() -> dt.datetime:
    """This instant, in UTC."""
    return dt.datetime.now(dt.UTC)


def day_range(day: dt.date, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """First instant of the day and of the next one, both UTC: compare columns with ``>=`` and ``<``.

    Computed here and not by the database, which silently finds no row when its time-zone tables are empty.
    """
    start = dt.datetime.combine(day, dt.time(), zone)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
    return start.astimezone(dt.UTC), end.astimezone(dt.UTC)


def to_wire(moment: dt.datetime | None) -> str | None:
    """``2026-11-22T08:30:00Z``, the one form in which times leave the service. A naive time is taken for UTC."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return aware.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
