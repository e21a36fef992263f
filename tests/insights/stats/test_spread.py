"""How numbers are told: means of days, values that occur, shares of something."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insights.stats.reading import Pair
from insights.stats.reports import lines
from insights.stats.reports.retention import point
from insights.stats.reports.talk import mean, spread
from insights.stats.terms import Metric
from insights.stats.words import GROUPS, GROUPS_STANDING, MOVES, REPLIES, TALK, WORK, definitions


def test_the_mean_of_nothing_is_not_known() -> None:
    assert (mean(Pair(0, 0)), mean(Pair(0, 2)), mean(Pair(9, 2))) == (None, 0.0, 4.5)


def test_a_spread_of_nothing_says_so() -> None:
    assert spread([]) == {"of": 0, "mean": None, "p0": None, "p25": None, "p50": None, "p75": None, "p100": None}


@settings(max_examples=30)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=50))
def test_quantiles_are_values_that_occur_and_split_them_as_they_say(values: list[int]) -> None:
    told = spread(values)
    assert (told["of"], told["p0"], told["p100"]) == (len(values), min(values), max(values))
    for part in (25, 50, 75):
        at = told[f"p{part}"]
        assert at in values
        assert sum(value <= at for value in values) * 100 >= part * len(values)
        assert sum(value < at for value in values) * 100 < part * len(values)


def test_a_share_is_one_of_relations_and_none_of_nothing() -> None:
    assert point(7, Pair(3, 2), Pair(2, 2))["rate"] == 0.6667
    assert point(7, Pair(), Pair())["rate"] is None


def test_pairs_add_up_and_what_is_not_known_is_an_empty_cell() -> None:
    assert Pair(1, 2).plus(Pair(3, 4)) == Pair(4, 6)
    assert lines.cells([None, {"relations": 1, "people": None}]) == ["", "", "1", ""]
    assert lines.headings(["new"]) == ["new.relations", "new.people"]


@pytest.mark.parametrize("names", [MOVES, WORK, GROUPS, GROUPS_STANDING, TALK, REPLIES])
def test_each_number_on_the_wire_is_defined(names: dict[str, Metric]) -> None:
    assert set(names) < set(definitions(names))
