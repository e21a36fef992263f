"""Entries by days before a moment, which is a Wednesday at noon in Shanghai."""

import datetime as dt
from zoneinfo import ZoneInfo

from insights.behaviour.entries import Entry

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 9, 30, 4, tzinfo=dt.UTC)


def ago(days: float) -> dt.datetime:
    return NOW - dt.timedelta(days=days)


def entries(*days: float, kind: str = "follow_up") -> list[Entry]:
    """One for each of so many days ago."""
    return [Entry(kind, ago(one)) for one in days]


def at(day: str, time: str, kind: str = "follow_up") -> Entry:
    """One at a local time of a local day."""
    return Entry(kind, dt.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=SHANGHAI))
