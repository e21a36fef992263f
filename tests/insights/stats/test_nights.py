"""Night after night the rows grow to what one rebuild finds, whatever was late by some days or was missed."""

import random
from typing import Any

import pytest

from insights.models import DailyStat, StatWindow
from insights.stats import computing, nightly
from insights.stats.families import BEGUN, ENDED, STANDING
from insights.stats.terms import Metric, Span
from tests.insights.stats import model
from tests.insights.stats.world import FIRST, World, day

NIGHTS = 11
NAMES = ["wmA", "wmB", "wmC"]


class Company:
    """Lives day by day; some of what happens is heard of only days later."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice = world, random.Random(seed)
        # Day of hearing → acts.
        self.waiting: dict[int, list[Any]] = {}

    def happen(self, number: int, late: int) -> None:
        """Something happens on a day, and is heard of at once or up to so many days later."""
        for _n in range(self.dice.randrange(4)):
            at = number + self.dice.randrange(8) / 24
            heard = number + self.dice.randint(0, late)
            who, employee = self.dice.choice(NAMES), self.dice.choice(self.world.people)
            act = (at, who, employee, self.dice.choice(["begin", "begin", "employee", "customer", "transfer"]))
            self.waiting.setdefault(heard, []).append(act)

    def hear(self, number: int) -> None:
        for at, who, employee, what in self.waiting.pop(number, []):
            if what == "begin":
                self.world.begin(at, who, employee, state=self.dice.choice(["", "expo"]))
            else:
                self.world.end(at, what, who, employee)

    def night(self, number: int, clock: str = "00:20") -> int:
        """The night before this day begins: how many days were counted."""
        self.world.at(day(number), clock)
        counted = 0
        while nightly.days_due(self.world.corp, self.world.moment):
            nightly.compute_next(corp_id=self.world.corp.pk)
            counted += 1
        return counted


@pytest.fixture
def relations_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day has sixty queries otherwise."""
    monkeypatch.setattr(computing, "FAMILIES", (STANDING, BEGUN, ENDED))


def rows(world: World) -> model.Rows:
    return model.stored(world.corp, model.EPISODES)


def rebuilt(world: World) -> model.Rows:
    """What a rebuild of all days that were ever counted finds."""
    first = StatWindow.objects.filter(span=Span.DAY).order_by("day").values_list("day", flat=True)[0]
    world.rebuild(first, day(NIGHTS))
    return rows(world)


@pytest.mark.usefixtures("relations_alone")
class TestConvergence:
    @pytest.mark.parametrize("seed", range(2))
    def test_what_is_heard_of_within_two_days_needs_no_rebuild(self, world: World, seed: int) -> None:
        company = Company(world, seed)
        for number in range(NIGHTS):
            company.happen(number, late=2)
            company.hear(number)
            company.night(number + 1)
        seen = rows(world)
        first = model.in_full()
        assert rebuilt(world) == seen
        assert model.in_full() == first

    def test_what_is_heard_of_later_is_found_by_a_rebuild(self, world: World) -> None:
        company = Company(world, 4)
        for number in range(NIGHTS):
            company.happen(number, late=6)
            company.hear(number)
            company.night(number + 1)
        first = day(-1)
        world.at(day(NIGHTS))
        world.rebuild(first, day(NIGHTS - 1))
        assert rows(world) == model.expected(world.corp, first, day(NIGHTS - 1))

    def test_a_service_that_slept_makes_up_for_it(self, world: World) -> None:
        company = Company(world, 5)
        for number in range(NIGHTS):
            company.happen(number, late=0)
            company.hear(number)
            if number in (0, 1, 2, 9, NIGHTS - 1):
                company.night(number + 1)
        assert {one.day for one in StatWindow.objects.filter(span=Span.DAY)} == {day(n) for n in range(-1, NIGHTS)}
        seen = rows(world)
        assert rebuilt(world) == seen

    def test_two_runs_in_one_night_are_one(self, world: World) -> None:
        company = Company(world, 6)
        for number in range(4):
            company.happen(number, late=0)
            company.hear(number)
        assert company.night(4) == 2
        before = model.in_full()
        assert company.night(4) == 0
        # In the morning they are counted again, and nothing is another.
        assert company.night(4, "08:20") == 2
        assert model.in_full() == before

    def test_the_morning_finds_what_was_heard_of_since_midnight(self, world: World) -> None:
        company = Company(world, 7)
        world.begin(2)
        company.night(4)
        world.end(3.1)
        assert not DailyStat.objects.filter(metric=Metric.LOST).exists()
        company.night(4, "08:30")
        assert DailyStat.objects.filter(metric=Metric.LOST, dim=0, span=Span.DAY, day=day(3)).exists()

    def test_acts_of_today_are_in_nothing_of_yesterdays(self, world: World) -> None:
        company = Company(world, 8)
        world.begin(2)
        company.night(4)
        before = model.in_full()
        world.at(day(4), "09:00")
        world.begin(4 - 14 / 24, "wmB")
        world.rebuild(FIRST, day(3))
        assert {row for row in model.in_full() if row in before} == set(before)
        totals = model.stored(world.corp, [Metric.NEW])
        assert sum(pair[0] for key, pair in totals.items() if key[:3] == (Span.MONTH, FIRST, 0)) == 1


def test_the_cost_of_asking_what_is_due_is_one_query_for_each_company(
    world: World, django_assert_num_queries: Any
) -> None:
    world.at(day(4), "00:30")
    with django_assert_num_queries(3):
        assert len(nightly.due()) == 2
    world.at(day(4), "00:10")
    # Before the hour there is nothing to look up.
    with django_assert_num_queries(1):
        assert nightly.due() == []
