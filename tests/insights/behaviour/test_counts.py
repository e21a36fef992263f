"""How often what happened."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from insights.behaviour import counts
from insights.behaviour.entries import until
from tests.insights.behaviour.days import NOW, SHANGHAI, ago, at, entries


class TestByKind:
    def test_each_kind_has_its_periods_its_first_and_its_last(self) -> None:
        (row,) = counts.by_kind(until(entries(1, 20, 60, 200), NOW), NOW)
        periods = {"days7": 1, "days30": 2, "days90": 3, "all": 4}
        assert row == {"kind": "follow_up", **periods, "firstAt": ago(200), "lastAt": ago(1)}

    def test_the_most_frequent_kind_comes_first_and_equals_go_by_name(self) -> None:
        several = entries(1, kind="tag_added") + entries(1, 2) + entries(3, kind="created")
        assert [row["kind"] for row in counts.by_kind(several, NOW)] == ["follow_up", "created", "tag_added"]

    def test_of_nothing_there_is_nothing(self) -> None:
        assert counts.by_kind([], NOW) == []


class TestByWeek:
    def test_there_are_thirteen_weeks_and_the_last_ends_today(self) -> None:
        weeks = counts.by_week([], NOW, SHANGHAI)
        assert len(weeks) == counts.WEEKS
        assert weeks[-1]["from"] == dt.date(2026, 9, 24)
        assert weeks[0]["from"] == dt.date(2026, 7, 2)

    def test_contacts_and_the_rest_are_counted_apart(self) -> None:
        weeks = counts.by_week(entries(1, 2) + entries(1, kind="tag_added"), NOW, SHANGHAI)
        assert weeks[-1] == {"from": dt.date(2026, 9, 24), "contacts": 2, "others": 1}
        assert sum(week["contacts"] + week["others"] for week in weeks) == 3

    def test_a_day_is_one_of_the_companys_zone(self) -> None:
        late = [at("2026-09-23", "23:59"), at("2026-09-24", "00:01")]
        assert [week["contacts"] for week in counts.by_week(late, NOW, SHANGHAI)[-2:]] == [1, 1]
        assert [week["contacts"] for week in counts.by_week(late, NOW, ZoneInfo("UTC"))[-2:]] == [2, 0]

    def test_what_is_older_is_in_none(self) -> None:
        assert not any(week["contacts"] for week in counts.by_week(entries(92, 400), NOW, SHANGHAI))


class TestTrend:
    @pytest.mark.parametrize(
        ("days", "found"),
        [
            # Three in a month after two in two months: three times the pace.
            ((1, 2, 3, 40, 70), "rising"),
            # Two a month, as before.
            ((1, 2, 40, 50, 70, 80), "steady"),
            # One where two were usual, which is just half.
            ((1, 40, 50, 70, 80), "steady"),
            ((40, 50, 70, 80), "falling"),
            ((1, 40, 45, 50, 70, 80, 85), "falling"),
            # A first month has nothing to be compared with but nothing.
            ((1, 2, 3), "rising"),
            ((1, 2), "none"),
            ((100, 200, 300), "none"),
            ((), "none"),
        ],
    )
    def test_the_last_month_is_held_beside_the_pace_of_the_two_before(self, days: tuple[int, ...], found: str) -> None:
        assert counts.trend(entries(*days), NOW) == found
