"""How numbers read: apart by thousands, shares of something, what isn't known, what is nothing."""

import datetime as dt
from typing import Any

import orjson
import pytest
from django.utils.translation import override

from corps.models import Corp
from insights.console.stats import cells, charts
from insights.console.stats.asking import Asked
from insights.console.stats.overview_page import _against
from insights.console.stats.places import place, tick
from insights.console.stats.retention_page import kept_cell
from insights.console.stats.sheets import Cell
from insights.stats.periods import Period
from insights.stats.terms import Span
from insights.stats.windows import DAY


def told(relations: int, people: int | None = 1) -> dict[str, Any]:
    return {"relations": relations, "people": people}


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1234, "1,234"), (-5, "-5"), (1234567, "1,234,567"), (2.5, "2.5"), (None, "–")]
)
def test_a_number_has_its_thousands_apart(value: Any, text: str) -> None:
    assert cells.number(value) == text


@pytest.mark.parametrize(("share", "text"), [(0.0, "0.0%"), (1.0, "100.0%"), (0.33333, "33.3%"), (None, "–")])
def test_a_share_is_told_in_percent_and_one_of_nothing_is_not_known(share: Any, text: str) -> None:
    assert cells.percent(share) == text


def test_a_pair_has_its_people_below_and_nothing_below_nothing() -> None:
    with override("zh-hans"):
        assert cells.pair(told(12, 11)) == Cell("12", "11 人")
        assert cells.pair(told(0, 0)) == Cell("0")
        assert cells.pair(told(-3, None)) == Cell("-3", "– 人")
        # Group chats are opened, and have no people of their own.
        assert cells.pair(told(40, 0)) == Cell("40")
        assert cells.pair(None) == Cell("–")
        assert cells.pair(told(1), "/x", 0.5) == Cell("1", "1 人", "/x", 0.5)
    with override("en"):
        assert cells.pair(told(1200, 1100)).sub == "1,100 people"


@pytest.mark.parametrize(("value", "most", "share"), [(5, 10, 0.5), (10, 10, 1.0), (0, 0, 0.0), (3, 0, 0.0)])
def test_a_bar_is_as_long_as_its_share_of_the_greatest(value: int, most: int, share: float) -> None:
    assert cells.share_of(value, most) == share


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (told(12), told(10), "before: 10 (+20%)"),
        (told(5), told(10), "before: 10 (-50%)"),
        (told(10), told(10), "before: 10 (0%)"),
        (told(10), told(0), "before: 0"),
        (told(-1), told(-2), "before: -2"),
        (told(10), None, "before: –"),
        (None, told(10), "before: 10"),
    ],
)
def test_a_change_is_told_in_percent_of_what_was_there(now: Any, before: Any, text: str) -> None:
    with override("en"):
        assert _against(now, before) == text


def test_a_share_that_stayed_is_told_with_how_many_and_the_reason_where_there_is_none() -> None:
    point = {"days": 7, "of": told(4), "stayed": told(3), "rate": 0.75}
    with override("en"):
        assert kept_cell(point, told(9)) == Cell("75.0%", "3 of 4", shade=0.75)
        assert kept_cell(point | {"rate": None}, told(9)) == Cell("–", "too early")
        # Nobody came, so there is nothing to wait for.
        assert kept_cell(point | {"rate": None}, told(0)) == Cell("–", "")


def asked(span: Span, first: dt.date, yesterday: dt.date) -> Any:
    days = Period(span, [first], [first - DAY], yesterday)
    unused: Any = None
    return Asked(unused, unused, days, {}, unused)


@pytest.mark.parametrize(
    ("span", "first", "yesterday", "name", "short"),
    [
        (Span.DAY, dt.date(2026, 3, 5), dt.date(2026, 3, 9), "2026-03-05", "03-05"),
        (Span.WEEK, dt.date(2026, 3, 2), dt.date(2026, 3, 9), "2026-03-02 – 03-08", "03-02"),
        # Under way: it ends yesterday.
        (Span.WEEK, dt.date(2026, 3, 2), dt.date(2026, 3, 4), "2026-03-02 – 03-04", "03-02"),
        (Span.MONTH, dt.date(2026, 3, 1), dt.date(2026, 3, 4), "2026-03", "2026-03"),
    ],
)
def test_a_span_is_called_by_its_days(span: Span, first: dt.date, yesterday: dt.date, name: str, short: str) -> None:
    question = asked(span, first, yesterday)
    assert (place(question, first), tick(question, first)) == (name, short)


class TestCharts:
    def test_a_chart_is_of_the_kind_of_its_first_set_and_the_others_keep_theirs(self) -> None:
        drawn = charts.drawn(
            "x", ["a", "b"], charts.bars("n", [1, 2], charts.BLUE), charts.line("m", [3, None], "#fff")
        )
        data = orjson.loads(drawn.data)
        assert drawn.kind == "bar"
        assert [one["type"] for one in data["datasets"]] == ["bar", "line"]
        assert data["labels"] == ["a", "b"]
        # What isn't known is a gap, and no zero.
        assert data["datasets"][1]["data"] == [3, None]

    def test_the_axis_begins_at_zero_unless_a_stock_is_drawn_and_percent_end_at_a_hundred(self) -> None:
        def axis(**how: bool) -> dict[str, Any]:
            options = orjson.loads(charts.drawn("x", ["a"], charts.line("n", [1], "#fff"), **how).options)
            found: dict[str, Any] = options["scales"]["y"]
            return found

        assert axis()["beginAtZero"] and "max" not in axis()
        assert not axis(zero=False)["beginAtZero"]
        assert axis(percent=True)["max"] == 100

    def test_nothing_moves_and_there_is_a_legend(self) -> None:
        options = orjson.loads(charts.drawn("x", ["a"], charts.bars("n", [1], charts.RED)).options)
        assert options["animation"] is False
        assert options["plugins"]["legend"]["display"] is True


def test_companies_are_not_needed_to_tell_numbers(db: None) -> None:
    assert Corp.objects.count() == 0
