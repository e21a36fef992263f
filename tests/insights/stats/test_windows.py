"""Days, weeks and months in a company's zone, and what a question may ask for."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.errors import BadRequest
from corps.models import Corp
from insights.stats import periods, windows
from insights.stats.terms import Span

TODAY = dt.date(2026, 3, 20)
SHANGHAI, NEW_YORK = Corp(time_zone="Asia/Shanghai"), Corp(time_zone="America/New_York")


def on(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


class TestWindow:
    def test_a_day_begins_at_the_companys_midnight(self) -> None:
        window = windows.window(SHANGHAI, Span.DAY, on("2026-03-10"), today=TODAY)
        assert (window.start, window.end) == (utc("2026-03-09T16:00"), utc("2026-03-10T16:00"))
        assert (window.first, window.last, window.whole) == (on("2026-03-10"), on("2026-03-10"), True)

    def test_a_day_on_which_the_clocks_change_has_23_hours(self) -> None:
        window = windows.window(NEW_YORK, Span.DAY, on("2026-03-08"), today=TODAY)
        assert window.end - window.start == dt.timedelta(hours=23)

    @pytest.mark.parametrize("day", ["2026-03-09", "2026-03-11", "2026-03-15"])
    def test_a_week_is_from_monday_to_sunday(self, day: str) -> None:
        window = windows.window(SHANGHAI, Span.WEEK, on(day), today=TODAY)
        assert (window.first, window.last, window.whole) == (on("2026-03-09"), on("2026-03-15"), True)

    def test_a_span_that_is_not_over_ends_at_the_last_midnight(self) -> None:
        month = windows.window(SHANGHAI, Span.MONTH, on("2026-03-10"), today=TODAY)
        assert (month.first, month.last, month.whole) == (on("2026-03-01"), on("2026-03-19"), False)
        assert month.end == utc("2026-03-19T16:00")

    def test_a_month_that_ended_yesterday_is_whole(self) -> None:
        month = windows.window(SHANGHAI, Span.MONTH, on("2026-02-01"), today=on("2026-03-01"))
        assert (month.last, month.whole) == (on("2026-02-28"), True)

    def test_spans_before_are_counted_back(self) -> None:
        assert windows.before(Span.MONTH, on("2026-03-01"), 3) == on("2025-12-01")
        assert windows.before(Span.WEEK, on("2026-03-09"), 2) == on("2026-02-23")
        assert windows.before(Span.DAY, on("2026-03-01")) == on("2026-02-28")

    def test_the_day_is_that_of_the_zone(self) -> None:
        assert windows.today_of(SHANGHAI, utc("2026-03-10T16:00")) == on("2026-03-11")
        assert windows.today_of(NEW_YORK, utc("2026-03-10T03:59")) == on("2026-03-09")


class TestPeriod:
    @pytest.fixture(autouse=True)
    def _clock(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(windows, "now", lambda: dt.datetime(2026, 3, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai")))

    def test_by_default_the_last_thirty_days_up_to_yesterday(self) -> None:
        found = periods.period(SHANGHAI, Span.DAY, None, None)
        assert (found.first, found.last, len(found.firsts)) == (on("2026-02-18"), on("2026-03-19"), 30)
        assert (found.before[0], found.before[-1]) == (on("2026-01-19"), on("2026-02-17"))

    def test_weeks_and_months_are_whole_and_the_last_ends_yesterday(self) -> None:
        weeks = periods.period(SHANGHAI, Span.WEEK, on("2026-03-04"), on("2026-03-18"))
        assert weeks.firsts == [on("2026-03-02"), on("2026-03-09"), on("2026-03-16")]
        assert weeks.before == [on("2026-02-09"), on("2026-02-16"), on("2026-02-23")]
        assert weeks.last == on("2026-03-19")
        months = periods.period(SHANGHAI, Span.MONTH, on("2026-01-31"), None)
        assert months.firsts == [on("2026-01-01"), on("2026-02-01"), on("2026-03-01")]
        assert months.before == [on("2025-10-01"), on("2025-11-01"), on("2025-12-01")]

    def test_a_later_end_is_yesterday(self) -> None:
        assert periods.period(SHANGHAI, Span.DAY, on("2026-03-18"), on("2030-01-01")).last == on("2026-03-19")

    @pytest.mark.parametrize(
        ("span", "first", "last"),
        [
            (Span.DAY, "2026-03-19", "2026-03-18"),
            # Today isn't over.
            (Span.DAY, "2026-03-20", None),
            (Span.DAY, "2025-03-18", None),
            (Span.WEEK, "2020-01-01", None),
            (Span.MONTH, "2015-01-01", "2026-01-01"),
        ],
    )
    def test_none_or_too_many_are_refused(self, span: Span, first: str, last: str | None) -> None:
        with pytest.raises(BadRequest) as refusal:
            periods.period(SHANGHAI, span, on(first), on(last) if last else None)
        assert refusal.value.code == "days_invalid"

    def test_as_many_as_may_be_are_taken(self) -> None:
        assert len(periods.period(SHANGHAI, Span.DAY, on("2025-03-19"), None).firsts) == 366
        with pytest.raises(BadRequest):
            periods.period(SHANGHAI, Span.DAY, on("2026-03-01"), None, most=18)
        assert len(periods.period(SHANGHAI, Span.DAY, on("2026-03-01"), None, most=19).firsts) == 19
