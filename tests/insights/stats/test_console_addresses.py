"""Where a number leads: what its address asks for, and when it leads nowhere."""

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from insights.console.stats.drilling import Drill
from insights.console.stats.names import NAMES
from insights.console.stats.reader import Reader
from insights.stats import scopes
from insights.stats.behind import NUMBERS
from insights.stats.scopes import Scope
from insights.stats.terms import Dim
from insights.stats.words import CONTACT, GROUPS, GROUPS_STANDING, MOVES, REPLIES, TALK, WORK
from tests.insights.stats.world import World

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 4)
SOME = {"relations": 3, "people": 2}


def drill(world: World, role: str = "admin", scope: Scope | None = None, roams: bool = False) -> Drill:
    actor = world.cast.actor(role)
    own = scopes.asked(actor)
    return Drill(Reader(actor, world.corp, own, roams), scope or own)


def asks(address: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(address)
    return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}


@pytest.mark.parametrize("told", [None, {"relations": 0, "people": 0}])
def test_nothing_leads_nowhere(world: World, told: Any) -> None:
    assert {drill(world).to(name, told, FIRST, LAST) for name in NUMBERS} == {""}


def test_what_has_no_list_leads_nowhere(world: World) -> None:
    others = {"net", *WORK, *GROUPS, *GROUPS_STANDING, *TALK, *REPLIES} - {"followups"}
    assert {drill(world).to(name, SOME, FIRST, LAST) for name in others} == {""}


def test_the_deletion_records_are_asked_for_the_days_and_how_it_ended(world: World) -> None:
    days = {"ended_at_from": "2026-03-01", "ended_at_to": "2026-03-04"}
    for name, how in {
        "lost": {"way": "lost"},
        "lostUnknown": {"way": "unknown"},
        "transferred": {"way": "handed"},
        "lostByEmployee": {"ended_by__exact": "2"},
        "lostByCustomer": {"ended_by__exact": "3"},
    }.items():
        assert asks(drill(world).to(name, SOME, FIRST, LAST)) == ("/admin/insights/loss/", days | how)


def test_an_employees_list_names_the_employee(world: World) -> None:
    pk = world.cast.owner.pk
    own = drill(world, "owner")
    assert asks(own.to("lost", SOME, FIRST, LAST))[1]["employee__id__exact"] == str(pk)
    assert asks(own.to("new", SOME, FIRST, LAST))[1]["employee"] == str(pk)


@pytest.mark.parametrize(("dim", "name"), [(Dim.DEPARTMENT, "department"), (Dim.CHANNEL, "channel")])
def test_departments_and_channels_lead_to_the_stays_alone(world: World, dim: Dim, name: str) -> None:
    scope = Scope(world.corp.pk, dim, (7,))
    for number in NUMBERS:
        path, query = asks(drill(world, scope=scope).to(number, SOME, FIRST, LAST))
        assert path == "/admin/insights/dailystat/behind/"
        assert query == {"number": number, "first": "2026-03-01", "last": "2026-03-04", name: "7"}


def test_who_sees_every_company_is_led_to_what_is_one_companys(world: World) -> None:
    for number in (*NUMBERS, "followups"):
        address = drill(world, roams=True).to(number, SOME, FIRST, LAST)
        assert address == "" if number == "followups" else asks(address)[1]["corp"] == str(world.corp.pk)


def test_every_number_that_is_told_has_a_name() -> None:
    told = {"total", "net", "entered", "conversion", "standing", "kept", "relations", "people"}
    told |= {*MOVES, *WORK, *GROUPS, *GROUPS_STANDING, *TALK, *REPLIES, *CONTACT}
    assert told == set(NAMES)
    assert len({str(name) for name in NAMES.values()}) == len(NAMES)
