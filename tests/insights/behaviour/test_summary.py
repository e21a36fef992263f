"""The whole of a behaviour."""

from typing import Any

from insights.behaviour import summary
from insights.behaviour.entries import Entry
from insights.behaviour.grades import Thresholds
from tests.insights.behaviour.days import NOW, SHANGHAI, ago, entries


def of(*given: Entry, ties: int = 1) -> dict[str, Any]:
    return summary.of(given, moment=NOW, zone=SHANGHAI, ties=ties, thresholds=Thresholds())


def test_a_customer_of_habit_is_described() -> None:
    found = of(*entries(41, 50, 59, 68, 77), *entries(3, kind="tag_added"))
    assert (found["silentDays"], found["usualGapDays"]) == (41, 9)
    assert (found["firstAt"], found["lastAt"]) == (ago(77), ago(41))
    assert found["contacts"] == {"days7": 0, "days30": 0, "days90": 5, "days365": 5}
    assert (found["perMonth"], found["trend"]) == (1.7, "falling")
    assert found["grades"] == {"recency": 2, "frequency": 3, "ties": 2, "label": "fading"}
    assert [row["kind"] for row in found["counts"]] == ["follow_up", "tag_added"]


def test_of_nothing_is_known_nothing_and_nothing_breaks() -> None:
    found = of(ties=0)
    assert found["counts"] == []
    assert (found["firstAt"], found["lastAt"], found["silentDays"], found["bestTime"]) == (None, None, None, None)
    assert found["grades"] == {"recency": 1, "frequency": 1, "ties": 1, "label": "asleep"}


def test_what_has_not_happened_yet_is_not_counted() -> None:
    assert of(*entries(-5, 1)) == of(*entries(1))


def test_the_order_of_the_entries_makes_no_difference() -> None:
    given = entries(5, 9, 1) + entries(2, kind="group_joined")
    assert of(*given) == of(*reversed(given))


def test_only_the_last_year_counts_for_frequency() -> None:
    found = of(*entries(*range(366, 400)))
    assert found["contacts"]["days365"] == 0
    assert found["grades"]["frequency"] == 1
    assert found["counts"][0]["all"] == 34
