"""The days of the calendar, and which reminders stand on them: by the clock of the company, whatever the zone."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from followups import diary
from tests import make
from tests.conftest import Cast

ZONES = ["Asia/Shanghai", "UTC", "America/New_York", "Pacific/Kiritimati", "Australia/Lord_Howe"]


def at(text: str, zone: str = "UTC") -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def days(day: str, span: str) -> tuple[str, str, int]:
    found = diary.days_of(dt.date.fromisoformat(day), span)
    return found[0].isoformat(), found[-1].isoformat(), len(found)


@pytest.mark.parametrize(
    ("day", "span", "wanted"),
    [
        ("2026-03-04", diary.WEEK, ("2026-03-02", "2026-03-08", 7)),
        ("2026-03-02", diary.WEEK, ("2026-03-02", "2026-03-08", 7)),
        ("2026-03-08", diary.WEEK, ("2026-03-02", "2026-03-08", 7)),
        ("2026-01-01", diary.WEEK, ("2025-12-29", "2026-01-04", 7)),
        ("2026-02-14", diary.MONTH, ("2026-01-26", "2026-03-01", 35)),
        # A February of four whole weeks.
        ("2027-02-14", diary.MONTH, ("2027-02-01", "2027-02-28", 28)),
        ("2024-02-29", diary.MONTH, ("2024-01-29", "2024-03-03", 35)),
        ("2026-08-31", diary.MONTH, ("2026-07-27", "2026-09-06", 42)),
        ("2025-12-31", diary.MONTH, ("2025-12-01", "2026-01-04", 35)),
    ],
)
def test_a_page_has_whole_weeks(day: str, span: str, wanted: tuple[str, str, int]) -> None:
    assert days(day, span) == wanted


def test_every_day_of_some_years_lies_on_its_page_and_steps_lead_on() -> None:
    day = dt.date(2023, 12, 25)
    for _n in range(800):
        for span in (diary.WEEK, diary.MONTH):
            page = diary.days_of(day, span)
            assert day in page
            assert len(page) % 7 == 0
            following = diary.days_of(diary.beside(day, span, 1), span)
            # Nothing is left out between one page and the next.
            assert following[0] <= page[-1] + dt.timedelta(days=1)
            assert following[-1] > page[-1]
            before = diary.days_of(diary.beside(day, span, -1), span)
            assert before[-1] >= page[0] - dt.timedelta(days=1)
            assert before[0] < page[0]
        day += dt.timedelta(days=1)


def page(cast: Cast, zone: str, day: str = "2026-03-04", span: str = diary.WEEK, **more: Any) -> diary.Page:
    given = {"day": dt.date.fromisoformat(day), "span": span, "zone": ZoneInfo(zone)}
    return diary.page(cast.actor("admin"), **given, **more)


def stood(found: diary.Page) -> dict[str, list[str]]:
    return {one.day.isoformat(): [row.content for row in one.reminders] for one in found.days if one.reminders}


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_is_one_of_the_zone_and_its_edges_belong_to_one_day(cast: Cast, zone: str) -> None:
    customer = make.customer(cast.corp, cast.owner)
    edges = {
        "before": "2026-03-01T23:59:59",
        "first": "2026-03-02T00:00:00",
        "last": "2026-03-08T23:59:59",
        "after": "2026-03-09T00:00:00",
    }
    for name, text in edges.items():
        make.reminder(customer, cast.owner, content=name, due_at=at(text, zone))
    assert stood(page(cast, zone)) == {"2026-03-02": ["first"], "2026-03-08": ["last"]}


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04"])
def test_a_day_of_another_length_holds_what_is_on_it(cast: Cast, day: str) -> None:
    customer = make.customer(cast.corp, cast.owner)
    for zone in ("America/New_York", "Australia/Lord_Howe"):
        for hour in (0, 1, 4, 12, 23):
            make.reminder(customer, cast.owner, content=f"{zone} {hour:02}", due_at=at(f"{day}T{hour:02}:30:00", zone))
        found = stood(page(cast, zone, day))
        mine = [words for words in found[day] if words.startswith(zone)]
        assert mine == [f"{zone} {hour:02}" for hour in (0, 1, 4, 12, 23)]


def test_the_most_urgent_stands_first_and_what_has_no_time_nowhere(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    for content, text in (("三", "2026-03-04T12:00:00"), ("一", "2026-03-04T01:00:00"), ("二", "2026-03-04T05:00:00")):
        make.reminder(customer, cast.owner, content=content, due_at=at(text))
    make.reminder(customer, cast.owner, content="ohne", due_at=None)
    assert stood(page(cast, "UTC")) == {"2026-03-04": ["一", "二", "三"]}


def test_what_is_late_is_marked_and_what_is_done_is_not(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    for content, state, text in (
        ("late", "open", "2020-03-04T12:00:00"),
        ("done", "done", "2020-03-04T12:00:00"),
        ("off", "cancelled", "2020-03-04T12:00:00"),
    ):
        make.reminder(customer, cast.owner, content=content, state=state, due_at=at(text))
    make.reminder(customer, cast.owner, content="ahead", due_at=at("2099-03-04T12:00:00"))
    past = [row for one in page(cast, "UTC", "2020-03-04").days for row in one.reminders]
    assert [(row.content, row.late) for row in past] == [("late", True), ("done", False)]
    coming = [row for one in page(cast, "UTC", "2099-03-04").days for row in one.reminders]
    assert [(row.content, row.late) for row in coming] == [("ahead", False)]


def test_days_beside_the_month_are_marked(cast: Cast) -> None:
    found = page(cast, "UTC", "2026-02-14", diary.MONTH)
    outside = [one.day.isoformat() for one in found.days if not one.inside]
    assert outside == ["2026-01-26", "2026-01-27", "2026-01-28", "2026-01-29", "2026-01-30", "2026-01-31", "2026-03-01"]
    assert all(one.inside for one in page(cast, "UTC").days)


def test_one_colleagues_and_nobodys_own_are_told_apart(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    for content, employee in (("我的", cast.owner), ("同事的", cast.colleague), ("没人的", None)):
        make.reminder(customer, employee, content=content, due_at=at("2026-03-04T12:00:00"))
    assert stood(page(cast, "UTC"))["2026-03-04"] == ["我的", "同事的", "没人的"]
    assert stood(page(cast, "UTC", employee_id=cast.colleague.pk)) == {"2026-03-04": ["同事的"]}
    assert stood(page(cast, "UTC", employee_id=cast.stranger.pk)) == {}


def test_a_page_costs_one_statement_however_full(cast: Cast, django_assert_num_queries: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    for n in range(12):
        who = make.employee(cast.corp, cast.department)
        make.reminder(customer, who, content=str(n), due_at=at("2026-03-04T12:00:00"))
    with django_assert_num_queries(1):
        found = page(cast, "UTC")
        assert [f"{row.customer} {row.employee}" for one in found.days for row in one.reminders]
    assert found.whole
