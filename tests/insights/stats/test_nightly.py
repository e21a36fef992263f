"""Which days are counted when, and that a night that was missed is made up for."""

import datetime as dt
from typing import Any

import pytest

from corps.models import Corp
from customers import talk_figures
from customers.talk_figures import Figures
from insights import tasks
from insights.models import StatWindow
from insights.stats import nightly
from insights.stats.terms import Metric, Span
from tests.insights.stats import model
from tests.insights.stats.world import World, day


def due(world: World, on: dt.date, clock: str) -> list[dt.date]:
    world.at(on, clock)
    return nightly.days_due(world.corp, world.moment)


def night(world: World, on: dt.date, clock: str = "00:20") -> list[dt.date]:
    """Count all that is due, and tell what it was."""
    found = due(world, on, clock)
    for n in range(len(found)):
        assert nightly.compute_next(corp_id=world.corp.pk) == (n < len(found) - 1)
    return found


def marks(world: World, span: Span = Span.DAY) -> dict[dt.date, bool]:
    return dict(StatWindow.objects.filter(corp=world.corp, span=span).values_list("day", "final"))


class TestDue:
    def test_at_twenty_past_midnight_yesterday_and_the_day_before_are(self, world: World) -> None:
        assert due(world, day(10), "00:19") == []
        assert due(world, day(10), "00:20") == [day(8), day(9)]

    def test_what_has_been_counted_is_not_until_wecoms_figures_have_come(self, world: World) -> None:
        assert night(world, day(10)) == [day(8), day(9)]
        assert due(world, day(10), "08:19") == []
        assert night(world, day(10), "08:20") == [day(8), day(9)]
        assert due(world, day(10), "23:59") == []

    def test_the_next_night_counts_them_again_until_they_are_final(self, world: World) -> None:
        night(world, day(10))
        assert night(world, day(11)) == [day(8), day(9), day(10)]
        assert marks(world) == {day(8): True, day(9): False, day(10): False}
        assert night(world, day(12)) == [day(9), day(10), day(11)]

    def test_figures_that_are_not_final_keep_a_day_provisional(self, world: World) -> None:
        told = {day(8): Figures(chats=1)}
        store: Any = {"corp_id": world.corp.pk, "employee_id": world.cast.owner.pk, "days": told}
        talk_figures.store(**store, today=day(9))
        night(world, day(10))
        night(world, day(11))
        assert marks(world)[day(8)] is False
        talk_figures.store(**store, today=day(11))
        night(world, day(11), "08:20")
        assert marks(world)[day(8)] is True

    def test_nights_that_were_missed_are_made_up_for_up_to_a_month(self, world: World) -> None:
        night(world, day(10))
        assert due(world, day(14), "09:00") == [day(n) for n in range(8, 14)]
        assert night(world, day(60)) == [day(58), day(59)]

    def test_only_active_companies_in_their_own_time(self, world: World) -> None:
        world.at(day(10), "00:30")
        ours = {world.corp.pk, world.cast.other_corp.pk}
        assert set(nightly.due()) == ours
        Corp.objects.filter(pk=world.cast.other_corp.pk).update(time_zone="America/New_York")
        Corp.objects.filter(pk=world.corp.pk).update(active=False)
        # There it is noon of the day before, and nothing of that morning has been counted.
        assert nightly.due() == [world.cast.other_corp.pk]
        assert nightly.compute_next(corp_id=world.corp.pk) is False
        assert marks(world) == {}


class TestWeeksAndMonths:
    def test_they_grow_with_their_days_and_become_final_after_them(self, world: World) -> None:
        # Monday the ninth.
        night(world, day(8))
        assert marks(world, Span.WEEK) == {day(1): False}
        assert marks(world, Span.MONTH) == {day(0): False}
        for n in (9, 10):
            night(world, day(n))
        assert marks(world, Span.WEEK) == {day(1): True, day(8): False}

    def test_yesterday_is_in_them_and_today_is_not(self, world: World) -> None:
        world.begin(9)
        world.begin(10, "wmB")
        night(world, day(10))
        rows = model.stored(world.corp, [Metric.NEW])
        assert rows[Span.MONTH, day(0), 0, Metric.NEW, 0, 0] == (1, 1)
        known = model.expected(world.corp, day(8), day(9))
        assert rows == {key: pair for key, pair in known.items() if key[3] == Metric.NEW}
        night(world, day(11))
        assert model.stored(world.corp, [Metric.NEW])[Span.MONTH, day(0), 0, Metric.NEW, 0, 0] == (2, 2)


class TestKept:
    def test_who_stayed_is_counted_when_the_time_has_passed(self, world: World) -> None:
        world.begin(8.1)
        world.begin(8.2, "wmB")
        world.end(12, who="wmB")
        for n in range(10, 16):
            night(world, day(n))
        assert model.stored(world.corp, [Metric.KEPT]) == {}
        night(world, day(16))
        kept = {key[2:]: pair for key, pair in model.stored(world.corp, [Metric.KEPT]).items() if key[1] == day(8)}
        assert kept[0, Metric.KEPT, 0, 7] == (1, 1)
        assert kept[1, Metric.KEPT, world.cast.owner.pk, 7] == (1, 1)

    def test_days_that_were_never_counted_get_none(self, world: World) -> None:
        world.begin(1)
        night(world, day(10))
        assert model.stored(world.corp, [Metric.KEPT]) == {}


class TestTask:
    def test_it_counts_day_after_day_and_rings_on(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        rung: list[int] = []

        def ring(corp_id: int) -> None:
            rung.append(corp_id)
            tasks.compute_stats_of(corp_id)

        monkeypatch.setattr(tasks.compute_stats_of, "delay", ring)
        world.at(day(10), "00:10")
        tasks.compute_stats()
        assert rung == []
        world.at(day(10), "00:30")
        tasks.compute_stats()
        ours, theirs = world.corp.pk, world.cast.other_corp.pk
        assert rung == [ours, ours, theirs, theirs]
        assert marks(world) == {day(8): False, day(9): False}
        tasks.compute_stats()
        assert len(rung) == 4

    def test_one_that_is_rung_for_twice_leaves_the_same(self, world: World) -> None:
        world.begin(8.5)
        night(world, day(10))
        before = model.in_full()
        assert nightly.compute_next(corp_id=world.corp.pk) is False
        assert model.in_full() == before
