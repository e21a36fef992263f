"""Behaviour compared with the plainest way to count it, over histories by chance."""

import datetime as dt
import statistics
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from insights.behaviour import counts, grades, rhythm, summary
from insights.behaviour.entries import Entry, contacts, until
from insights.behaviour.grades import Thresholds
from tests.insights.behaviour.days import NOW, SHANGHAI

KINDS = ("followed", "follow_up", "group_joined", "group_left", "tag_added", "stage_changed", "unfollowed")
CONTACT = ("followed", "follow_up", "group_joined")
# Up to two years back, and a little ahead.
MINUTES = st.integers(-3_000, 2 * 365 * 24 * 60)
HISTORY = st.lists(st.tuples(st.sampled_from(KINDS), MINUTES), max_size=40)
ZONES = st.sampled_from([SHANGHAI, ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Apia")])


def history(drawn: list[tuple[str, int]]) -> list[Entry]:
    return [Entry(kind, NOW - dt.timedelta(minutes=minutes)) for kind, minutes in drawn]


def past(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.at <= NOW]


def of(entries: list[Entry], zone: ZoneInfo = SHANGHAI) -> dict[str, Any]:
    return summary.of(entries, moment=NOW, zone=zone, ties=1, thresholds=Thresholds())


@given(HISTORY)
def test_counts_are_those_of_a_loop(drawn: list[tuple[str, int]]) -> None:
    entries = history(drawn)
    found = {row["kind"]: row for row in of(entries)["counts"]}
    assert set(found) == {entry.kind for entry in past(entries)}
    for kind, row in found.items():
        own = [entry.at for entry in past(entries) if entry.kind == kind]
        assert (row["all"], row["firstAt"], row["lastAt"]) == (len(own), min(own), max(own))
        for days in (7, 30, 90):
            assert row[f"days{days}"] == sum(NOW - at < dt.timedelta(days=days) for at in own)


@given(HISTORY, ZONES)
def test_weeks_hold_what_lies_in_their_days_and_nothing_twice(drawn: list[tuple[str, int]], zone: ZoneInfo) -> None:
    entries = history(drawn)
    weeks = of(entries, zone)["weeks"]
    assert [(later["from"] - week["from"]).days for week, later in pairwise(weeks)] == [7] * 12
    today = NOW.astimezone(zone).date()
    assert (today - weeks[-1]["from"]).days == 6
    inside = [entry for entry in past(entries) if entry.at.astimezone(zone).date() >= weeks[0]["from"]]
    assert sum(week["contacts"] for week in weeks) == sum(entry.kind in CONTACT for entry in inside)
    assert sum(week["others"] for week in weeks) == sum(entry.kind not in CONTACT for entry in inside)


@given(HISTORY)
def test_silence_is_the_distance_of_the_last_contact(drawn: list[tuple[str, int]]) -> None:
    entries = history(drawn)
    last = max((entry.at for entry in past(entries) if entry.kind in CONTACT), default=None)
    found = of(entries)
    assert found["lastAt"] == last
    assert found["silentDays"] == (None if last is None else int((NOW - last).total_seconds() // 86_400))


@given(HISTORY, ZONES)
def test_the_usual_gap_is_the_median_of_the_distances_of_days(drawn: list[tuple[str, int]], zone: ZoneInfo) -> None:
    entries = history(drawn)
    days = sorted({entry.at.astimezone(zone).date().toordinal() for entry in past(entries) if entry.kind in CONTACT})
    found = of(entries, zone)["usualGapDays"]
    if len(days) < 4:
        assert found is None
    else:
        assert found == round(statistics.median(days[n + 1] - days[n] for n in range(len(days) - 1)))
        assert 1 <= found <= days[-1] - days[0]


@given(HISTORY, ZONES)
def test_the_best_time_is_one_that_no_other_beats(drawn: list[tuple[str, int]], zone: ZoneInfo) -> None:
    entries = history(drawn)
    times = [entry.at.astimezone(zone) for entry in past(entries) if entry.kind in ("followed", "follow_up")]
    times = [time for time in times if time.time() != dt.time()]
    found = of(entries, zone)["bestTime"]
    if len(times) < rhythm.LEAST_TIMES:
        assert found is None
        return
    by_weekday = {day: sum(time.isoweekday() == day for time in times) for day in range(1, 8)}
    near = {hour: sum((time.hour - hour) % 24 in (0, 1, 23) for time in times) for hour in range(24)}
    hours = {time.hour for time in times}
    assert found["of"] == len(times)
    assert found["onWeekday"] == by_weekday[found["weekday"]] == max(by_weekday.values())
    assert found["hour"] in hours
    assert found["aboutHour"] == near[found["hour"]] == max(near[hour] for hour in hours)


@given(HISTORY)
def test_the_trend_turns_around_with_the_months(drawn: list[tuple[str, int]]) -> None:
    entries = contacts(until(history(drawn), NOW))
    recent = sum(NOW - entry.at < dt.timedelta(days=30) for entry in entries)
    earlier = sum(NOW - entry.at < dt.timedelta(days=90) for entry in entries) - recent
    found = counts.trend(entries, NOW)
    if recent + earlier < counts.LEAST:
        assert found == "none"
    elif recent >= 0.75 * earlier:
        assert found == "rising"
    elif recent < 0.25 * earlier:
        assert found == "falling"
    else:
        assert found == "steady"


@given(HISTORY, st.integers(0, 20))
def test_grades_lie_between_one_and_five_and_the_label_is_known(drawn: list[tuple[str, int]], ties: int) -> None:
    found = summary.of(history(drawn), moment=NOW, zone=SHANGHAI, ties=ties, thresholds=Thresholds())["grades"]
    assert all(1 <= found[name] <= 5 for name in ("recency", "frequency", "ties"))
    assert found["label"] in grades.LABELS


@given(HISTORY)
def test_one_contact_more_makes_no_grade_worse(drawn: list[tuple[str, int]]) -> None:
    entries = history(drawn)
    before, after = of(entries)["grades"], of([*entries, Entry("follow_up", NOW)])["grades"]
    assert after["recency"] == 5
    assert after["frequency"] >= before["frequency"]
    assert after["ties"] == before["ties"]


@given(st.permutations(range(12)))
def test_whatever_the_order_the_answer_is_the_same(order: list[int]) -> None:
    entries = [Entry(KINDS[n % len(KINDS)], NOW - dt.timedelta(hours=31 * n)) for n in range(12)]
    assert of([entries[n] for n in order]) == of(entries)
