"""How many came, left and stayed, channel by channel."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import BadRequest
from core.time import now
from customers import channels
from customers.channels import figures
from customers.channels.figures import NONE, UNKNOWN, Figures
from customers.choices import RelationStatus
from customers.models import Channel, Customer, RelationEpisode
from tests import make
from tests.conftest import Cast

TODAY = now()
CUSTOMER, TRANSFER = RelationStatus.ENDED_BY_CUSTOMER, RelationStatus.ENDED_BY_TRANSFER


def came(
    cast: Cast,
    days_ago: float,
    *,
    state: str = "",
    way: int | None = None,
    left: float | None = None,
    how: int | None = CUSTOMER,
    who: Customer | None = None,
    **fields: Any,
) -> RelationEpisode:
    """A stay that began so many days ago and, where ``left`` says, ended so many days ago."""
    began = TODAY - dt.timedelta(days=days_ago)
    ended = None if left is None else TODAY - dt.timedelta(days=left)
    given = {"began_at": began, "ended_at": ended, "ended_by": how if ended else None, "state": state, "add_way": way}
    employee = fields.pop("employee", cast.owner)
    who = who or make.customer(cast.corp)
    return RelationEpisode.objects.create(corp_id=who.corp_id, customer=who, employee=employee, **given | fields)


def of(cast: Cast, first: int = 91, last: int = 0) -> dict[int, Figures]:
    """The figures of the days from ``first`` days ago to ``last`` days ago."""
    today = TODAY.astimezone(cast.corp.zone).date()
    days = figures.days_of(cast.corp, today - dt.timedelta(days=first), today - dt.timedelta(days=last))
    return {row.key: row for row in figures.by_channel(cast.corp, days)}


@pytest.fixture
def expo(cast: Cast) -> Channel:
    return make.channel(cast.corp, "expo", "expo-2", name="展会", add_ways=[16])


def test_relations_and_people_are_counted_where_they_belong(cast: Cast, expo: Channel) -> None:
    twice = make.customer(cast.corp)
    came(cast, 5, state="expo", who=twice)
    came(cast, 4, state="expo-2", who=twice, employee=cast.colleague)
    came(cast, 4, way=16)
    came(cast, 3, state="unheard", way=16)
    came(cast, 2, way=3)
    came(cast, 1)
    found = of(cast)
    assert {key: (row.added, row.added_people) for key, row in found.items()} == {
        expo.pk: (3, 2),
        UNKNOWN: (1, 1),
        NONE: (2, 2),
    }


def test_losses_are_of_the_days_in_which_they_were_lost(cast: Cast, expo: Channel) -> None:
    came(cast, 50, state="expo", left=3)
    came(cast, 5, state="expo", left=2)
    came(cast, 5, state="expo")
    row = of(cast, 10)[expo.pk]
    assert (row.added, row.lost, row.lost_people, row.net) == (2, 2, 2, 0)
    row = of(cast, 60, 20)[expo.pk]
    assert (row.added, row.lost, row.net) == (1, 0, 1)


def test_a_transfer_loses_nobody_and_an_end_that_nobody_told_of_does(cast: Cast, expo: Channel) -> None:
    came(cast, 50, state="expo", left=3, how=TRANSFER)
    came(cast, 50, state="expo", left=3, how=None)
    row = of(cast)[expo.pk]
    assert (row.lost, row.kept[30]) == (1, (2, 2))
    assert row.kept[90] == (0, 0)


def test_retention_asks_only_those_who_began_long_enough_ago(cast: Cast, expo: Channel) -> None:
    came(cast, 91, state="expo")
    came(cast, 91, state="expo", left=90)
    came(cast, 91, state="expo", left=71)
    came(cast, 91, state="expo", left=91 - 7)
    came(cast, 3, state="expo")
    row = of(cast)[expo.pk]
    assert row.kept == {7: (4, 3), 30: (4, 1), 90: (4, 1)}
    assert (row.retention(7), row.retention(30)) == (0.75, 0.25)


def test_where_it_is_too_early_nothing_is_said(cast: Cast, expo: Channel) -> None:
    came(cast, 3, state="expo")
    assert [of(cast)[expo.pk].retention(n) for n in figures.SPANS] == [None, None, None]


def test_a_state_named_today_is_named_for_the_past(cast: Cast, expo: Channel) -> None:
    came(cast, 90, state="flyer", left=1)
    assert of(cast)[UNKNOWN].added == 1
    channels.name_state(corp_id=cast.corp.pk, state="flyer", channel=expo, by=cast.actor("admin"), source="operator")
    found = of(cast)
    assert (found[UNKNOWN].added, found[expo.pk].added, found[expo.pk].lost) == (0, 1, 1)


def test_a_day_is_the_companys(cast: Cast, expo: Channel) -> None:
    zone = cast.corp.zone
    day = dt.date(2026, 3, 1)
    at_midnight = dt.datetime(2026, 3, 1, tzinfo=zone)
    for moment in (
        at_midnight - dt.timedelta(seconds=1),
        at_midnight,
        at_midnight + dt.timedelta(hours=23, minutes=59),
    ):
        came(cast, 0, state="expo", began_at=moment.astimezone(dt.UTC), who=make.customer(cast.corp))
    days = figures.days_of(cast.corp, day, day)
    (row, *_others) = figures.by_channel(cast.corp, days)
    assert row.added == 2


def test_another_companys_count_nowhere(cast: Cast, expo: Channel) -> None:
    foreign = make.customer(cast.other_corp)
    came(cast, 3, state="expo", who=foreign, employee=cast.stranger)
    assert {row.added for row in of(cast).values()} == {0}
    assert figures.unknown_states(cast.corp, figures.days_of(cast.corp, None, None)) == []


def test_unknown_states_come_with_counts_the_most_frequent_first(cast: Cast, expo: Channel) -> None:
    who = make.customer(cast.corp)
    came(cast, 1, state="rare")
    came(cast, 1, state="often", who=who)
    came(cast, 2, state="often", who=who, employee=cast.colleague)
    came(cast, 1, state="expo")
    came(cast, 1, way=16)
    came(cast, 60, state="long ago")
    found = figures.unknown_states(cast.corp, figures.days_of(cast.corp, None, None))
    assert found == [
        {"state": "often", "added": 2, "addedPeople": 1},
        {"state": "rare", "added": 1, "addedPeople": 1},
    ]


def test_it_costs_three_statements_however_much_there_is(cast: Cast, expo: Channel) -> None:
    for n in range(6):
        make.channel(cast.corp, f"s{n}")
        came(cast, n, state=f"s{n}", left=0)
    with CaptureQueriesContext(connection) as seen:
        of(cast)
    assert len(seen) == 3


@pytest.mark.parametrize(("first", "last"), [("2026-03-02", "2026-03-01"), ("2025-01-01", "2026-03-01")])
def test_days_that_make_no_sense_are_refused(cast: Cast, first: str, last: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        figures.days_of(cast.corp, dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert refusal.value.code == "days_invalid"


def test_without_days_the_last_thirty_are_meant(cast: Cast) -> None:
    days = figures.days_of(cast.corp, None, None)
    assert (days.last - days.first).days == 29
    assert days.end - days.start == dt.timedelta(days=30)
