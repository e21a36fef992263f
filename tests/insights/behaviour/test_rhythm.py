"""Gaps, silence, and the best time."""

from zoneinfo import ZoneInfo

import pytest

from insights.behaviour import rhythm
from insights.behaviour.entries import until
from tests.insights.behaviour.days import NOW, SHANGHAI, at, entries


class TestSilence:
    @pytest.mark.parametrize(("last", "days"), [(0, 0), (0.99, 0), (1, 1), (41.5, 41)])
    def test_it_is_whole_days_since_the_last_contact(self, last: float, days: int) -> None:
        assert rhythm.silent_days(until(entries(200, last), NOW), NOW) == days

    def test_who_was_never_in_touch_is_not_silent(self) -> None:
        assert rhythm.silent_days([], NOW) is None


class TestUsualGap:
    def test_it_is_the_median_so_one_long_pause_doesnt_make_it(self) -> None:
        assert rhythm.usual_gap(until(entries(0, 9, 18, 200), NOW), SHANGHAI) == 9

    def test_several_contacts_of_a_day_are_one_day(self) -> None:
        several = entries(0, 0.01, 0.02, 10, 10.01, 20, 30)
        assert rhythm.usual_gap(until(several, NOW), SHANGHAI) == 10

    def test_with_fewer_than_four_days_there_is_no_habit(self) -> None:
        assert rhythm.usual_gap(until(entries(0, 0.01, 10, 20), NOW), SHANGHAI) is None

    def test_days_are_the_companys(self) -> None:
        # On both sides of a midnight here, on the same day in UTC.
        nights = [at("2026-09-01", "23:00"), at("2026-09-02", "01:00"), at("2026-09-05", "12:00")]
        nights.append(at("2026-09-09", "12:00"))
        assert rhythm.usual_gap(nights, SHANGHAI) == 3
        assert rhythm.usual_gap(nights, ZoneInfo("UTC")) is None


class TestBestTime:
    def test_weekday_and_hour_are_those_of_most_contacts(self) -> None:
        # The first of September is a Tuesday.
        tuesdays = [at(f"2026-09-{day:02d}", "10:05") for day in (1, 8, 15)]
        others = [at("2026-09-02", "09:55"), at("2026-09-03", "20:00")]
        found = rhythm.best_time([*tuesdays, *others], SHANGHAI)
        assert found == {"weekday": 2, "hour": 10, "onWeekday": 3, "aboutHour": 4, "of": 5}

    def test_the_zone_decides_both(self) -> None:
        late = [at(f"2026-09-{day:02d}", "02:30") for day in (1, 8, 15, 22, 29)]
        found = rhythm.best_time(late, ZoneInfo("UTC"))
        assert found is not None
        assert (found["weekday"], found["hour"]) == (1, 18)

    def test_an_hour_has_its_neighbours_also_over_midnight(self) -> None:
        times = [at("2026-09-01", "23:30"), at("2026-09-02", "23:40"), at("2026-09-03", "00:20")]
        found = rhythm.best_time([*times, at("2026-09-04", "12:00"), at("2026-09-05", "13:00")], SHANGHAI)
        assert found is not None
        assert (found["hour"], found["aboutHour"]) == (23, 3)

    def test_below_five_contacts_it_would_be_chance(self) -> None:
        assert rhythm.best_time([at("2026-09-01", "10:00")] * 4, SHANGHAI) is None

    def test_a_midnight_that_stands_for_a_whole_day_tells_no_hour(self) -> None:
        days = [at(f"2026-09-{day:02d}", "00:00") for day in range(1, 9)]
        assert rhythm.best_time(days, SHANGHAI) is None
        assert rhythm.best_time([*days, *[at("2026-09-01", "10:00")] * 4], SHANGHAI) is None

    def test_joining_a_group_is_nobodys_choice_of_an_hour(self) -> None:
        assert rhythm.best_time([at("2026-09-01", "10:00", "group_joined")] * 9, SHANGHAI) is None
