"""Which instants a question about time means."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from segments.conditions.nodes import Moment
from segments.fields.days import length, span

SHANGHAI = ZoneInfo("Asia/Shanghai")
D = dt.date.fromisoformat


def days(op: str, value: Any, today: str, zone: ZoneInfo = SHANGHAI) -> list[str]:
    """The span as days of the zone, the second the last one in it."""
    moment = Moment(dt.datetime.combine(D(today), dt.time(12), zone).astimezone(dt.UTC), zone)
    start, behind = span(op, value, moment)
    local = [at and at.astimezone(zone) for at in (start, behind)]
    assert all(at is None or at.time() == dt.time() for at in local)
    first, last = (at and at.date() for at in local)
    return [str(first), str(last and last - dt.timedelta(days=1))]


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("within", 1, ["2026-11-30", "2026-11-30"]),
        ("within", 90, ["2026-09-02", "2026-11-30"]),
        ("earlierThan", 90, ["None", "2026-09-01"]),
        ("next", 1, ["2026-11-30", "2026-11-30"]),
        ("next", 7, ["2026-11-30", "2026-12-06"]),
        ("on", D("2024-02-29"), ["2024-02-29", "2024-02-29"]),
        ("after", D("2026-12-31"), ["2027-01-01", "None"]),
        ("before", D("2026-01-01"), ["None", "2025-12-31"]),
        ("between", (D("2026-01-01"), D("2026-03-31")), ["2026-01-01", "2026-03-31"]),
        ("this", "week", ["2026-11-30", "2026-12-06"]),
        ("this", "month", ["2026-11-01", "2026-11-30"]),
        ("this", "quarter", ["2026-10-01", "2026-12-31"]),
        ("this", "year", ["2026-01-01", "2026-12-31"]),
    ],
)
def test_a_question_means_whole_days(op: str, value: Any, expected: list[str]) -> None:
    assert days(op, value, "2026-11-30") == expected


@pytest.mark.parametrize(
    ("name", "today", "expected"),
    [
        ("week", "2026-11-29", ["2026-11-23", "2026-11-29"]),
        ("month", "2024-02-29", ["2024-02-01", "2024-02-29"]),
        ("month", "2025-12-31", ["2025-12-01", "2025-12-31"]),
        ("quarter", "2026-01-01", ["2026-01-01", "2026-03-31"]),
        ("quarter", "2026-09-30", ["2026-07-01", "2026-09-30"]),
        ("year", "2024-12-31", ["2024-01-01", "2024-12-31"]),
    ],
)
def test_a_period_is_the_one_that_today_is_in(name: str, today: str, expected: list[str]) -> None:
    assert days("this", name, today) == expected


def test_days_are_those_of_the_company_also_where_clocks_are_changed() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert days("within", 2, "2026-03-29", berlin) == ["2026-03-28", "2026-03-29"]
    start, behind = span("on", D("2026-03-29"), Moment(dt.datetime.now(dt.UTC), berlin))
    assert start and behind
    assert behind - start == dt.timedelta(hours=23)
    night = Moment(dt.datetime(2026, 3, 31, 16, 30, tzinfo=dt.UTC), SHANGHAI)
    assert span("within", 1, night)[0] == dt.datetime(2026, 3, 31, 16, tzinfo=dt.UTC)


def test_the_last_days_and_what_is_before_them_share_no_instant_and_miss_none() -> None:
    moment = Moment(dt.datetime(2026, 11, 30, 3, tzinfo=dt.UTC), SHANGHAI)
    for number in (1, 7, 36_500):
        assert span("within", number, moment)[0] == span("earlierThan", number, moment)[1]


@pytest.mark.parametrize(
    ("op", "value", "days"),
    [
        ("is", 0, [0]),
        ("is", 7, [7]),
        ("gt", 2, [3, 4, 5, 6, 7, 8]),
        ("gte", 2, [2, 3, 4, 5, 6, 7, 8]),
        ("lt", 2, [0, 1]),
        ("lt", 0, []),
        ("lte", 2, [0, 1, 2]),
        ("between", (2, 4), [2, 3, 4]),
    ],
)
def test_how_long_something_lasted_is_asked_in_whole_days(op: str, value: Any, days: list[int]) -> None:
    """A day that isn't over doesn't count, to the microsecond."""
    start, behind = length(op, value, Moment(dt.datetime.now(dt.UTC), SHANGHAI))
    day, almost = dt.timedelta(days=1), dt.timedelta(microseconds=1)

    def within(lasted: dt.timedelta) -> bool:
        return (start is None or start <= lasted) and (behind is None or lasted < behind)

    assert [n for n in range(9) if within(n * day)] == days
    assert [n for n in range(9) if within((n + 1) * day - almost)] == days
