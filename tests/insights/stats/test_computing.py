"""When a span is final, what is counted of which span, and where a day ends."""

import datetime as dt
from typing import Any

import pytest

from customers import talk_figures
from customers.models import RelationEpisode
from customers.talk_figures import Figures
from insights.engagement.definition import Definition
from insights.models import DailyStat, StatWindow
from insights.stats import computing, counting, dimensions, windows
from insights.stats.families import BEGUN, ENDED, FAMILIES, STANDING, engagement
from insights.stats.terms import KEPT_AFTER, Dim, Metric, Span
from tests import make
from tests.insights.stats import model
from tests.insights.stats.world import FIRST, World, day


def final(world: World, span: Span, on: dt.date, today: dt.date) -> bool:
    computing.compute(corp=world.corp, span=span, day=on, today=today)
    return bool(StatWindow.objects.get(span=span, day=windows.beginning(span, on)).final)


def stay(world: World, began: dt.datetime, ended: dt.datetime | None = None, how: int | None = 3) -> RelationEpisode:
    """A stay of a new customer's as it stands in the table."""
    customer = make.customer(world.corp)
    about = {"employee": world.cast.owner, "ended_by": how if ended else None}
    return RelationEpisode.objects.create(corp=world.corp, customer=customer, began_at=began, ended_at=ended, **about)


def company(world: World, on: dt.date, *metrics: Metric) -> dict[Any, Any]:
    """(metric, detail) → numbers of the company on a day."""
    rows = model.stored(world.corp, metrics)
    return {
        (metric, detail): pair
        for (span, at, dim, metric, _ident, detail), pair in rows.items()
        if (span, at, dim) == (Span.DAY, on, Dim.CORP)
    }


class TestFinal:
    @pytest.mark.parametrize(("later", "last_word"), [(1, False), (2, False), (3, True), (9, True)])
    def test_a_day_is_when_it_lies_three_days_back(self, world: World, later: int, last_word: bool) -> None:
        assert final(world, Span.DAY, day(4), day(4 + later)) is last_word

    def test_a_week_is_three_days_after_its_sunday(self, world: World) -> None:
        # The week from the second of March to the eighth.
        assert final(world, Span.WEEK, day(2), day(9)) is False
        assert final(world, Span.WEEK, day(2), day(10)) is True

    def test_a_month_under_way_is_not_however_long_its_days_are_past(self, world: World) -> None:
        assert final(world, Span.MONTH, day(2), day(30)) is False
        assert final(world, Span.MONTH, day(2), day(32)) is False
        assert final(world, Span.MONTH, day(2), day(33)) is True

    def test_figures_of_one_of_its_days_hold_back_the_week(self, world: World) -> None:
        store: Any = {"corp_id": world.corp.pk, "employee_id": world.cast.owner.pk}
        talk_figures.store(**store, days={day(5): Figures(chats=1)}, today=day(6))
        assert final(world, Span.WEEK, day(2), day(12)) is False
        assert final(world, Span.DAY, day(6), day(12)) is True
        talk_figures.store(**store, days={day(5): Figures(chats=1)}, today=day(9))
        assert final(world, Span.WEEK, day(2), day(12)) is True

    def test_another_companys_figures_hold_back_nothing(self, world: World) -> None:
        theirs: Any = {"corp_id": world.cast.other_corp.pk, "employee_id": world.cast.stranger.pk}
        talk_figures.store(**theirs, days={day(4): Figures(chats=1)}, today=day(5))
        assert final(world, Span.DAY, day(4), day(9)) is True


class TestEdges:
    def test_the_first_instant_is_of_the_day_and_the_last_is_the_next_days(self, world: World) -> None:
        window = windows.window(world.corp, Span.DAY, day(4), today=day(9))
        tick = dt.timedelta(seconds=1)
        stay(world, window.start)
        stay(world, window.end - tick)
        stay(world, window.start - tick)
        stay(world, window.end)
        computing.compute(corp=world.corp, span=Span.DAY, day=day(4), today=day(9))
        assert company(world, day(4), Metric.NEW, Metric.TOTAL) == {(Metric.NEW, 0): (2, 2), (Metric.TOTAL, 0): (3, 3)}

    def test_whoever_came_and_went_within_the_day_is_new_and_lost_and_in_no_total(self, world: World) -> None:
        window = windows.window(world.corp, Span.DAY, day(4), today=day(9))
        hour = dt.timedelta(hours=1)
        stay(world, window.start + hour, window.start + 2 * hour)
        computing.compute(corp=world.corp, span=Span.DAY, day=day(4), today=day(9))
        assert company(world, day(4), Metric.NEW, Metric.LOST, Metric.TOTAL) == {
            (Metric.NEW, 0): (1, 1),
            (Metric.LOST, 0): (1, 1),
        }

    def test_a_stay_that_ended_at_the_next_midnight_lasted_at_the_end_of_the_day(self, world: World) -> None:
        window = windows.window(world.corp, Span.DAY, day(4), today=day(9))
        stay(world, window.start, window.end)
        for on in (day(4), day(5)):
            computing.compute(corp=world.corp, span=Span.DAY, day=on, today=day(9))
        assert company(world, day(4), Metric.TOTAL, Metric.LOST) == {(Metric.TOTAL, 0): (1, 1)}
        assert company(world, day(5), Metric.TOTAL, Metric.LOST) == {(Metric.LOST, 0): (1, 1)}

    def test_the_day_on_which_clocks_change_has_all_of_its_hours_and_no_other(self, world: World) -> None:
        world.zone("America/New_York")
        window = windows.window(world.corp, Span.DAY, dt.date(2026, 3, 8), today=day(12))
        for hours in range(-1, 25):
            stay(world, window.start + dt.timedelta(hours=hours))
        computing.compute(corp=world.corp, span=Span.DAY, day=dt.date(2026, 3, 8), today=day(12))
        assert company(world, dt.date(2026, 3, 8), Metric.NEW) == {(Metric.NEW, 0): (23, 23)}

    def test_who_was_lost_and_how(self, world: World) -> None:
        window = windows.window(world.corp, Span.DAY, day(4), today=day(9))
        for how in (2, 3, 3, 4, None):
            stay(world, window.start - dt.timedelta(days=9), window.start, how)
        computing.compute(corp=world.corp, span=Span.DAY, day=day(4), today=day(9))
        named = (Metric.LOST, Metric.LOST_EMPLOYEE, Metric.LOST_CUSTOMER, Metric.LOST_UNKNOWN, Metric.TRANSFERRED)
        assert [company(world, day(4), one).get((one, 0)) for one in named] == [(4, 4), (1, 1), (2, 2), (1, 1), (1, 1)]


class TestKept:
    @pytest.mark.parametrize(("today", "ripe"), [(11, []), (12, [7]), (34, [7]), (35, [7, 30]), (400, [*KEPT_AFTER])])
    def test_each_point_of_the_curve_is_counted_when_everybody_has_had_the_time(
        self, world: World, today: int, ripe: list[int]
    ) -> None:
        stay(world, windows.window(world.corp, Span.DAY, day(4), today=day(today)).start)
        computing.compute_kept(corp=world.corp, day=day(4), today=day(today))
        assert company(world, day(4), Metric.KEPT) == {(Metric.KEPT, n): (1, 1) for n in ripe}

    def test_a_stay_is_kept_from_the_very_second_on(self, world: World) -> None:
        start = windows.window(world.corp, Span.DAY, day(4), today=day(20)).start + dt.timedelta(hours=5)
        week, second = dt.timedelta(days=7), dt.timedelta(seconds=1)
        for ended in (start + week - second, start + week, start + week + second):
            stay(world, start, ended)
        computing.compute_kept(corp=world.corp, day=day(4), today=day(20))
        assert company(world, day(4), Metric.KEPT) == {(Metric.KEPT, 7): (2, 2)}

    def test_a_transfer_loses_nobody(self, world: World) -> None:
        start = windows.window(world.corp, Span.DAY, day(4), today=day(20)).start
        for how in (2, 4):
            stay(world, start, start + dt.timedelta(days=1), how)
        computing.compute_kept(corp=world.corp, day=day(4), today=day(20))
        assert company(world, day(4), Metric.KEPT) == {(Metric.KEPT, 7): (1, 1)}


class TestDepartments:
    def test_a_path_that_only_begins_alike_is_no_ancestor(self, world: World) -> None:
        # Departments /1/ and /12/ …: ids that are prefixes of each other.
        root = world.cast.department.parent
        some = [make.department(world.corp, root) for _n in range(12)]
        people = [make.employee(world.corp, one) for one in some]
        window = windows.window(world.corp, Span.DAY, day(4), today=day(9))
        for person in people:
            about = {"customer": make.customer(world.corp), "employee": person, "began_at": window.start}
            RelationEpisode.objects.create(corp=world.corp, **about)
        found = counting.count(world.corp, window, [BEGUN])
        counted = {key.ident: pair for key, pair in found.items() if key.dim == Dim.DEPARTMENT}
        assert counted == {one.pk: (1, 1) for one in some} | {root.pk: (12, 12)}  # type: ignore[union-attr]

    def test_a_deep_tree_counts_at_every_level_once(self, world: World) -> None:
        chain = [world.cast.department]
        for _n in range(6):
            chain.append(make.department(world.corp, chain[-1]))
        deep = make.employee(world.corp, chain[-1])
        window = windows.window(world.corp, Span.DAY, day(4), today=day(9))
        about = {"customer": make.customer(world.corp), "employee": deep, "began_at": window.start}
        RelationEpisode.objects.create(corp=world.corp, **about)
        found = counting.count(world.corp, window, [BEGUN])
        levels = {key.ident for key in found if key.dim == Dim.DEPARTMENT}
        assert levels == {one.pk for one in chain} | {world.cast.department.parent_id}

    def test_a_department_of_another_company_counts_nothing_of_ours(self, world: World) -> None:
        make.employee(world.cast.other_corp, make.department(world.cast.other_corp))
        world.begin(4)
        window = windows.window(world.corp, Span.DAY, day(4), today=day(9))
        ours = set(model.places(world.corp)[world.cast.owner.pk])
        found = counting.count(world.corp, window, [BEGUN, STANDING])
        assert {key.ident for key in found if key.dim == Dim.DEPARTMENT} == ours


class TestCounts:
    def test_what_the_record_forgets_is_counted_of_yesterday_alone(self) -> None:
        forgotten = {one.metric for family in FAMILIES if not family.remembered for one in family.counts}
        assert forgotten == {Metric.TAGGED, Metric.IN_STAGE}
        assert all(tuple(family.spans) == (Span.DAY,) for family in FAMILIES if not family.remembered)

    def test_each_metric_is_counted_by_one_family(self) -> None:
        counted = [one.metric for family in FAMILIES for one in family.counts]
        counted += [one.metric for one in engagement(Definition()).counts]
        assert len(counted) == len(set(counted))
        assert set(counted) == set(Metric) - {Metric.KEPT}

    def test_the_numbers_of_metrics_are_what_is_stored_and_never_change(self) -> None:
        assert [metric.value for metric in Metric] == [
            *range(1, 9),
            *(10, 20, 30, 31, 40, 41, 42, 50, 51, 52, 60, 61),
            *range(70, 75),
            *range(80, 87),
            *range(90, 93),
        ]
        assert [dim.value for dim in Dim] == [0, 1, 2, 3]

    def test_stays_alone_are_counted_by_channel(self) -> None:
        assert {family for family in FAMILIES if Dim.CHANNEL in family.dims} == {STANDING, BEGUN, ENDED}
        assert dimensions.by(Dim.CHANNEL, "e.employee_id").column.startswith("COALESCE")

    def test_nothing_that_happened_leaves_no_row_at_all(self, world: World) -> None:
        world.at(day(5))
        world.rebuild(FIRST, day(4))
        assert not DailyStat.objects.exists()
        assert StatWindow.objects.filter(span=Span.DAY).count() == 5
