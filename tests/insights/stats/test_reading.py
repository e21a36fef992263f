"""Numbers out of rows: which rows a question reads, and what it makes of those that aren't there."""

import datetime as dt
from typing import Any

import pytest

from insights.models import DailyStat
from insights.stats import periods, reading, storing, windows
from insights.stats.reading import Pair, Table
from insights.stats.reports import sums
from insights.stats.reports.trend import head, pairs, trend, wire
from insights.stats.scopes import Scope
from insights.stats.terms import Dim, Metric, Span
from insights.stats.words import MOVES
from tests.insights.stats.world import World, day

NEW, LOST, TOTAL = Metric.NEW, Metric.LOST, Metric.TOTAL


def put(world: World, on: dt.date, metric: Metric, pair: tuple[int, int], **more: Any) -> None:
    given = {"span": Span.DAY, "dim": Dim.CORP, "ident": 0, "detail": 0} | more
    DailyStat.objects.create(corp=world.corp, day=on, metric=metric, relations=pair[0], people=pair[1], **given)


def mark(world: World, *days: dt.date, span: Span = Span.DAY, final: bool = True) -> None:
    for one in days:
        window = windows.window(world.corp, span, one, today=day(19))
        storing.mark(corp_id=world.corp.pk, window=window, final=final)


def company(world: World) -> Scope:
    return Scope(world.corp.pk, Dim.CORP, (0,))


def asked(world: World, first: int, last: int, span: Span = Span.DAY) -> periods.Period:
    return periods.period(world.corp, span, day(first), day(last))


class TestTable:
    def test_a_table_has_the_spans_the_metrics_and_the_scope_that_are_asked_for(self, world: World) -> None:
        put(world, day(3), NEW, (3, 2))
        put(world, day(4), NEW, (5, 5))
        put(world, day(5), NEW, (9, 9))
        put(world, day(3), LOST, (1, 1))
        put(world, day(3), NEW, (7, 7), span=Span.WEEK)
        put(world, day(3), NEW, (8, 8), dim=Dim.EMPLOYEE, ident=world.loner.pk)
        found = reading.table(company(world), Span.DAY, (NEW,), [day(3), day(4)])
        assert found.pairs == {(day(3), NEW, 0): Pair(3, 2), (day(4), NEW, 0): Pair(5, 5)}

    def test_several_departments_are_added_up(self, world: World) -> None:
        for ident in (1, 2, 3):
            put(world, day(3), NEW, (ident, 1), dim=Dim.DEPARTMENT, ident=ident)
        scope = Scope(world.corp.pk, Dim.DEPARTMENT, (1, 3))
        assert reading.table(scope, Span.DAY, (NEW,), [day(3)]).pair(day(3), NEW) == Pair(4, 2)

    def test_what_is_not_there_is_nothing(self) -> None:
        table = Table({(day(3), NEW, 0): Pair(3, 2), (day(4), NEW, 7): Pair(1, 1)})
        assert table.pair(day(4), NEW) == Pair(0, 0)
        assert table.sum([day(3), day(4), day(5)], NEW) == Pair(3, 2)
        assert table.sum([day(3), day(4)], NEW, 7) == Pair(1, 1)
        assert pairs(table, [day(3)], {"new": NEW, "lost": LOST}) == {
            "new": {"relations": 3, "people": 2},
            "lost": {"relations": 0, "people": 0},
        }

    def test_another_companys_rows_are_not_read(self, world: World) -> None:
        given = {"span": Span.DAY, "dim": Dim.CORP, "metric": NEW, "relations": 1, "people": 1}
        DailyStat.objects.create(corp=world.cast.other_corp, day=day(3), **given)
        assert reading.table(company(world), Span.DAY, (NEW,), [day(3)]).pairs == {}

    def test_what_stood_is_that_of_the_days_and_not_between_them(self, world: World) -> None:
        for n in (3, 4, 5):
            put(world, day(n), TOTAL, (n, n))
        found = reading.standing(company(world), (TOTAL,), [day(3), day(5), day(3)])
        assert {key[0] for key in found.pairs} == {day(3), day(5)}


class TestCounted:
    def test_spans_and_days_are_told_apart(self, world: World) -> None:
        mark(world, day(1), span=Span.WEEK, final=False)
        mark(world, day(1), day(3))
        found = reading.counted(company(world), asked(world, 1, 3, Span.WEEK))
        assert set(found.marks) == {day(1)}
        assert found.marks[day(1)][0] is False
        assert found.days == {day(1), day(3)}
        assert found.newest == day(3)

    def test_nothing_counted_has_no_newest_day(self, world: World) -> None:
        assert reading.counted(company(world), asked(world, 1, 3)).newest is None
        assert reading.newest(world.corp.pk) is None

    def test_the_newest_is_the_last_day_and_no_week(self, world: World) -> None:
        mark(world, day(4), day(2))
        mark(world, day(8), span=Span.WEEK)
        assert reading.newest(world.corp.pk) == day(4)


class TestTrend:
    def test_it_costs_three_queries_whatever_the_length(self, world: World, django_assert_num_queries: Any) -> None:
        for first in (18, 1):
            period = asked(world, first, 18)
            with django_assert_num_queries(3):
                trend(company(world), period, MOVES.values(), (TOTAL,))

    def test_stocks_of_days_that_were_not_counted_are_not_known(self, world: World) -> None:
        mark(world, day(3))
        put(world, day(3), TOTAL, (3, 2))
        put(world, day(4), TOTAL, (4, 4))
        found = trend(company(world), asked(world, 3, 4), (NEW,), (TOTAL,))
        assert (found.stock(day(3), TOTAL), found.stock(day(4), TOTAL)) == (Pair(3, 2), None)
        assert (wire(Pair(3, 2)), wire(None)) == ({"relations": 3, "people": 2}, None)

    def test_a_week_under_way_stands_as_on_its_last_day_that_is_over(self, world: World) -> None:
        mark(world, day(18))
        put(world, day(18), TOTAL, (9, 9))
        found = trend(company(world), asked(world, 16, 18, Span.WEEK), (NEW,), (TOTAL,))
        assert found.period.firsts == [day(15)]
        assert found.stock(day(15), TOTAL) == Pair(9, 9)

    @pytest.mark.parametrize(
        ("marked", "final", "missing"), [([3, 4], True, 0), ([3], False, 1), ([], False, 2), ([2, 3, 4, 5], True, 0)]
    )
    def test_it_is_final_when_all_of_it_is(self, world: World, marked: list[int], final: bool, missing: int) -> None:
        mark(world, *(day(n) for n in marked))
        told = head(trend(company(world), asked(world, 3, 4), (NEW,), (TOTAL,)), ("new",))["asOf"]
        assert (told["final"], told["missing"]) == (final, missing)

    def test_one_provisional_day_makes_all_of_it_provisional(self, world: World) -> None:
        mark(world, day(3))
        mark(world, day(4), final=False)
        told = head(trend(company(world), asked(world, 3, 4), (NEW,), (TOTAL,)), ("new",))["asOf"]
        assert (told["final"], told["missing"], told["day"]) == (False, 0, day(4))


class TestSums:
    def test_each_ident_has_its_own_and_nothing_is_a_zero(self, world: World) -> None:
        for ident, pair in ((5, (3, 2)), (7, (4, 4))):
            put(world, day(3), NEW, pair, dim=Dim.EMPLOYEE, ident=ident)
            put(world, day(4), NEW, pair, dim=Dim.EMPLOYEE, ident=ident)
        put(world, day(3), LOST, (1, 1), dim=Dim.EMPLOYEE, ident=7)
        scope = Scope(world.corp.pk, Dim.CORP, (0,))
        rows = reading.of_employees(scope, Span.DAY, day(3), day(4))
        found = list(sums.summed(rows, {"new": sums.of(NEW), "lost": sums.of(LOST)}).order_by("ident"))
        assert [(row["ident"], sums.pair(row, "new"), sums.pair(row, "lost")) for row in found] == [
            (5, Pair(6, 4), Pair()),
            (7, Pair(8, 8), Pair(1, 1)),
        ]

    def test_days_and_details_narrow_it(self, world: World) -> None:
        for n in (3, 4):
            put(world, day(n), Metric.KEPT, (n, n), dim=Dim.CHANNEL, detail=7)
            put(world, day(n), Metric.KEPT, (1, 1), dim=Dim.CHANNEL, detail=30)
        wanted = {"early": sums.of(Metric.KEPT, day__lte=day(3), detail=7), "all": sums.of(Metric.KEPT, detail=30)}
        (row,) = sums.summed(DailyStat.objects.all(), wanted)
        assert (sums.pair(row, "early"), sums.pair(row, "all")) == (Pair(3, 3), Pair(2, 2))

    def test_employees_are_those_of_the_scope(self, world: World) -> None:
        for ident in (5, 7):
            put(world, day(3), NEW, (1, 1), dim=Dim.EMPLOYEE, ident=ident)
        scope = Scope(world.corp.pk, Dim.DEPARTMENT, (1,), (7,))
        assert [row.ident for row in reading.of_employees(scope, Span.DAY, day(3), day(3))] == [7]
