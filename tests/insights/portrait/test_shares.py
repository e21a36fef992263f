"""Shares, indexes, and the ages of relations."""

import datetime as dt

import pytest

from insights.portrait import shares

TODAY = dt.date(2026, 9, 30)


def test_a_share_stands_beside_that_of_the_whole() -> None:
    found = shares.line("北京", "北京", 20, 100, (50, 1_000))
    assert (found["share"], found["wholeShare"], found["index"]) == (0.4, 0.1, 400)


@pytest.mark.parametrize(
    ("count", "whole", "sizes", "index"),
    [
        (5, 10, (50, 100), 100),
        (0, 10, (50, 100), 0),
        (0, 10, (0, 100), None),
        (0, 0, (50, 100), None),
        (0, 0, (0, 0), None),
    ],
)
def test_the_index_is_a_hundred_as_everywhere(
    count: int, whole: int, sizes: tuple[int, int], index: int | None
) -> None:
    assert shares.line("a", "a", count, whole, sizes)["index"] == index


def test_those_that_most_have_come_first_and_equals_by_their_value() -> None:
    counted = [("c", 3, 3), ("b", 5, 9), ("a", 3, 7), ("nobody", 0, 50)]
    found = shares.most(counted, None, (10, 100))
    assert [one["value"] for one in found["list"]] == ["b", "a", "c"]
    assert not found["more"]


def test_only_twenty_are_shown_and_more_is_told() -> None:
    found = shares.most([(f"{n:02d}", 100 - n, 100) for n in range(21)], None, (200, 500))
    assert (len(found["list"]), found["more"]) == (shares.SHOWN, True)
    assert found["list"][-1]["value"] == "19"


def test_where_names_are_given_what_has_none_is_left_out() -> None:
    found = shares.most([("1", 5, 5), ("2", 4, 4)], {"2": "重点"}, (10, 10))
    assert [(one["value"], one["name"], one["count"]) for one in found["list"]] == [("2", "重点", 4)]


def test_ages_go_into_five_buckets_which_are_all_shown() -> None:
    days = [(0, "0-7"), (7, "0-7"), (8, "8-30"), (30, "8-30"), (31, "31-90"), (90, "31-90"), (91, "91-365")]
    days += [(365, "91-365"), (366, "366-"), (4_000, "366-")]
    for ago, name in days:
        day = (TODAY - dt.timedelta(days=ago)).isoformat()
        found = shares.ages([(day, 1, 2)], TODAY, (1, 2))["list"]
        assert [one["value"] for one in found] == [bucket for _most, bucket in shares.AGES]
        assert [one["value"] for one in found if one["count"]] == [name], ago


def test_days_of_one_bucket_are_added_up() -> None:
    found = shares.ages([("2026-09-30", 1, 2), ("2026-09-29", 3, 4), ("2020-01-01", 0, 9)], TODAY, (4, 15))["list"]
    assert [(one["count"], one["whole"]) for one in found] == [(4, 6), (0, 0), (0, 0), (0, 0), (0, 9)]


def test_a_day_ahead_is_today() -> None:
    assert shares.ages([("2026-10-02", 1, 1)], TODAY, (1, 1))["list"][0]["count"] == 1
