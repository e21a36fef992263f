"""Reports of active and silent relations from rows alone: what is known, what is not, and where it leads."""

import csv
import io
from typing import Any

import pytest

from insights.console.stats import forecast_parts
from insights.models import ActivityDefinition, DailyStat
from insights.stats.forecasting.backtest import _range
from insights.stats.reading import Pair
from insights.stats.reports import contact, engaged
from insights.stats.reports.contact import Ends
from insights.stats.scopes import Scope
from insights.stats.terms import Dim, Metric, Span
from tests import api, make
from tests.console.conftest import entered
from tests.customers.mirroring.readings import day as moment
from tests.customers.mirroring.readings import the
from tests.insights.stats.story import cells, shown
from tests.insights.stats.world import World, day

COLUMNS = ("活跃", "沉默", "从未联系")
THREE = {Metric.ACTIVE: Pair(3, 2), Metric.SILENT: Pair(1, 1), Metric.NEVER_CONTACTED: Pair(1, 0)}


def wired(relations: int, people: int) -> dict[str, int]:
    return {"relations": relations, "people": people}


class TestStood:
    def test_the_three_are_told_where_they_are_the_whole_total(self) -> None:
        assert contact.stood({Metric.TOTAL: Pair(5, 3), **THREE}) == {
            "total": wired(5, 3),
            "active": wired(3, 2),
            "silent": wired(1, 1),
            "neverContacted": wired(1, 0),
        }

    def test_of_nobody_all_are_nothing(self) -> None:
        assert set(map(str, contact.stood({}).values())) == {str(wired(0, 0))}

    def test_a_total_that_was_counted_before_they_were_leaves_them_unknown(self) -> None:
        told = contact.stood({Metric.TOTAL: Pair(5, 3)})
        assert told == {"total": wired(5, 3), "active": None, "silent": None, "neverContacted": None}

    def test_a_day_that_was_not_counted_is_unknown_whatever_rows_there_are(self) -> None:
        ends = Ends({day(1): {Metric.TOTAL: Pair(5, 3), **THREE}}, {day(1): 4})
        assert ends.on(day(1), {day(1)})["definition"] == 4
        unknown = {"active": None, "silent": None, "neverContacted": None, "definition": None}
        assert ends.on(day(1), set()) == unknown
        # Counted, and there was nobody: no definition was needed.
        assert ends.on(day(2), {day(2)})["silent"] == wired(0, 0)


class TestEmployees:
    EACH = {
        1: {"total": wired(5, 5), "active": wired(5, 5), "silent": wired(0, 0), "neverContacted": wired(0, 0)},
        2: {"total": wired(9, 9), "active": wired(2, 2), "silent": wired(7, 7), "neverContacted": wired(0, 0)},
        3: {"total": wired(8, 8), "active": wired(0, 0), "silent": wired(7, 6), "neverContacted": wired(1, 1)},
    }

    def test_the_most_silent_are_first_and_who_has_none_is_not_listed(self) -> None:
        assert list(engaged.most_silent(self.EACH, 10)) == [2, 3]
        assert list(engaged.most_silent(self.EACH, 1)) == [2]

    def test_a_spread_counts_those_with_none_as_well(self) -> None:
        silent = engaged.spreads(self.EACH)["silent"]
        assert (silent["of"], silent["p0"], silent["p50"], silent["p100"]) == (3, 0, 7, 7)

    def test_who_was_not_counted_so_is_in_no_spread(self, world: World) -> None:
        about = {"corp": world.corp, "span": Span.DAY, "day": day(1), "dim": Dim.EMPLOYEE}
        for ident, metrics in ((1, (Metric.TOTAL, Metric.SILENT)), (2, (Metric.TOTAL,))):
            for metric in metrics:
                DailyStat.objects.create(metric=metric, ident=ident, relations=4, people=4, **about)
        found = engaged.of_employees(Scope(world.corp.pk, Dim.CORP, (0,)), day(1))
        assert list(found) == [1]
        # And nobody of a scope is listed who isn't in it.
        assert engaged.of_employees(Scope(world.corp.pk, Dim.EMPLOYEE, (2,), (2,)), day(1)) == {}


class TestMeans:
    def test_versions_that_were_counted_by_and_the_one_that_holds_are_told(self, world: World) -> None:
        for version in (1, 2, 3):
            ActivityDefinition.objects.create(corp=world.corp, version=version, days=version, kinds=["call_in"])
        told = contact.means(world.corp.pk, [0, 2, None, 2])
        assert [(one["version"], one["days"], one["current"]) for one in told] == [
            (0, 30, False),
            (2, 2, False),
            (3, 3, True),
        ]


@pytest.fixture
def story(world: World) -> World:
    """Of two departments and a channel; somebody is known to two."""
    for n, person in enumerate([world.cast.owner, world.cast.colleague, world.both]):
        world.begin(n, f"wm{n}", person, state="expo")
    world.begin(1, "wm0", world.both)
    make.follow_up(the("wm0"), world.cast.owner, happened_at=moment(3))
    make.follow_up(the("wm1"), world.cast.colleague, happened_at=moment(3))
    world.at(day(6))
    world.recount(day(0), day(5))
    return world


class TestPages:
    @pytest.mark.parametrize("name", ["employees", "departments", "channels"])
    def test_each_line_has_the_three_and_each_leads_to_as_many_relations(self, story: World, name: str) -> None:
        admin = story.cast.users["admin"]
        page = shown(admin, name, first=day(0), last=day(5))
        lines: dict[str, int] = {}
        for line, column, cell in cells(page):
            if column in COLUMNS:
                lines[line] = lines.get(line, 0) + int(cell.text)
                if cell.link:
                    assert entered(admin).get(cell.link).context["shown"] == cell.text, (line, column)
        totals = {line: int(cell.text) for line, column, cell in cells(page) if column == "总数"}
        assert lines == totals and totals

    def test_a_day_before_they_were_counted_shows_dashes_and_leads_nowhere(self, story: World) -> None:
        DailyStat.objects.filter(metric__in=THREE).delete()
        page = shown(story.cast.users["admin"], "employees", first=day(0), last=day(5))
        assert {(cell.text, cell.link) for _line, column, cell in cells(page) if column in COLUMNS} == {("–", "")}

    def test_a_strangers_page_has_nothing_of_ours(self, story: World) -> None:
        page = shown(story.cast.users["stranger"], "activity", first=day(0), last=day(5))
        assert {cell.link for _line, _column, cell in cells(page)} == {""}
        answer = page.context["found"].answer
        assert (answer["silentRanking"], answer["spread"]["active"]["of"]) == ([], 0)


class TestFiles:
    @pytest.mark.parametrize("name", ["employees", "departments", "channels"])
    def test_a_file_has_what_rest_answers(self, story: World, name: str) -> None:
        client, query = api.client(story.corp), {"fromDay": day(0), "toDay": day(5)}
        told = client.get(f"/api/v1/stats/{name}", query).json()["list"]
        answer = client.get(f"/api/v1/stats/{name}/export", query)
        head, *lines = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
        assert len(lines) == len(told) > 0
        for line, row in zip(lines, told, strict=True):
            cell = dict(zip(head, line, strict=True))
            for number in ("total", "active", "silent", "neverContacted"):
                for which in ("relations", "people"):
                    assert cell[f"{number}.{which}"] == str(row[number][which]), (name, number, which)

    def test_what_is_not_known_is_an_empty_cell_and_no_zero(self, story: World) -> None:
        DailyStat.objects.filter(metric__in=THREE).delete()
        client, query = api.client(story.corp), {"fromDay": day(4), "toDay": day(5)}
        answer = client.get("/api/v1/stats/activity/export", query)
        head, *lines = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
        assert len(lines) == 2
        for line in lines:
            cell = dict(zip(head, line, strict=True))
            assert (cell["active.relations"], cell["silent.people"], cell["definition"]) == ("", "", "")
            assert cell["followups.relations"] == "0"


class TestRanges:
    def test_a_range_takes_the_ranks_that_hold_for_the_next_one_too(self) -> None:
        misses = [float(n) for n in range(-9, 10)]
        found = _range(100.0, misses, 0.0)
        assert (found.low, found.value, found.high) == (92.0, 100.0, 108.0)

    def test_few_errors_give_the_least_and_the_greatest(self) -> None:
        found = _range(10.0, [-1.0, 2.0, 0.0], 0.0)
        assert (found.low, found.high) == (9.0, 12.0)

    def test_the_value_lies_in_its_range_also_where_the_past_erred_to_one_side(self) -> None:
        found = _range(10.0, [3.0] * 40, 0.0)
        assert found.low <= found.value <= found.high == 13.0

    @pytest.mark.parametrize(
        ("value", "text"), [(0.04, "0.0"), (9.64, "9.6"), (-3.21, "-3.2"), (10.4, "10"), (12345.6, "12,346")]
    )
    def test_of_small_numbers_the_tenths_are_shown(self, value: float, text: str) -> None:
        assert forecast_parts._whole(value) == text

    def test_people_are_shown_where_relations_are_not(self) -> None:
        told: Any = {"relations": None, "people": {"value": 12.0, "low": 10.0, "high": 14.0}}
        cell = forecast_parts._cell(told)
        assert (cell.text, "12" in cell.sub) == ("–", True)
        assert forecast_parts._cell(None).text == ""
