"""The stays behind a number are as many as it says: for every number, span and scope."""

import itertools
from typing import Any

import pytest

from customers.channels.figures import NONE, UNKNOWN
from insights.stats import behind, scopes
from insights.stats.periods import period
from insights.stats.reports import growth
from insights.stats.scopes import Scope
from insights.stats.terms import Dim, Span
from insights.stats.words import CONTACT
from tests.insights.stats.story import told
from tests.insights.stats.world import FIRST, World, day

# Who is active is no part of growth (test_engagement.py).
TOLD = [name for name in behind.NUMBERS if name not in CONTACT]


@pytest.fixture
def story(world: World) -> World:
    return told(world)


def numbers(world: World, scope: Scope, span: Span) -> list[tuple[str, int, int]]:
    """(number, what the report says, how many stays there are) of each number of each span."""
    days = period(world.corp, span, FIRST, day(39))
    found = []
    for row, name in itertools.product(growth.growth(scope, days)["list"], TOLD):
        rows = behind.stays(world.corp, scope, name, row["day"], days.last_of(row["day"]))
        found.append((f"{row['day']} {name}", row[name]["relations"] if row[name] else 0, rows.count()))
    return found


def agree(world: World, scope: Scope) -> int:
    """How many numbers were more than nothing."""
    seen = 0
    for span in Span:
        for where, said, there in numbers(world, scope, span):
            assert said == there, (where, scope)
            seen += said > 0
    return seen


def test_the_companys_and_each_employees_numbers_have_their_stays(story: World) -> None:
    assert agree(story, scopes.asked(story.cast.actor("admin"))) > 60
    for person in story.people:
        assert agree(story, scopes.asked(story.cast.actor("admin"), employee_id=person.pk))


def test_each_departments_numbers_have_their_stays(story: World) -> None:
    for department in (story.cast.department, story.support, story.cast.department.parent):
        assert department is not None
        assert agree(story, scopes.asked(story.cast.actor("admin"), department_id=department.pk))


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_days_are_those_of_the_companys_zone(story: World, zone: str) -> None:
    story.zone(zone)
    story.recount(FIRST, day(39))
    assert agree(story, scopes.asked(story.cast.actor("admin")))


def test_each_channels_numbers_have_their_stays_and_the_rest_has_the_others(story: World) -> None:
    channels = [story.channel.pk, UNKNOWN, NONE]
    for channel in channels:
        assert agree(story, scopes.asked(story.cast.actor("admin"), channel_id=channel))
    whole = scopes.asked(story.cast.actor("admin"))
    parts = [Scope(story.corp.pk, Dim.CHANNEL, (channel,)) for channel in channels]
    rows = {scope: behind.stays(story.corp, scope, "new", FIRST, day(39)).count() for scope in [whole, *parts]}
    assert rows[whole] == sum(rows[part] for part in parts)


def test_a_way_of_adding_stands_for_a_channel_where_there_is_no_state(world: World) -> None:
    from tests import make

    named = make.channel(world.corp, "fair", add_ways=[1])
    for n, (state, way) in enumerate([("", 1), ("", 2), ("other", 1), ("fair", 2)]):
        world.begin(n, f"wm{n}", state=state, add_way=way)
    world.at(day(10))
    world.recount(FIRST, day(9))
    counts = {}
    for channel in (named.pk, UNKNOWN, NONE):
        scope: Any = scopes.asked(world.cast.actor("admin"), channel_id=channel)
        assert agree(world, scope)
        counts[channel] = behind.stays(world.corp, scope, "new", FIRST, day(9)).count()
    assert counts == {named.pk: 2, UNKNOWN: 1, NONE: 1}


def test_several_departments_that_may_share_people_are_not_told_apart(story: World) -> None:
    one = Scope(story.corp.pk, Dim.DEPARTMENT, (1,))
    assert behind.told_apart(one)
    assert not behind.told_apart(Scope(story.corp.pk, Dim.DEPARTMENT, (1, 2)))
