"""Companies of every size: what is asked for is there, nobody is left without what everybody has."""

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from tests.wecom.sandbox.conftest import DAY, MORNING
from tests.wecom.sandbox.invariants import broken, follows
from wecom.sandbox import access, seeding, words
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company

SIZES: list[dict[str, Any]] = [
    {},
    {"customers": 0, "employees": 0, "departments": 0, "tags": 0, "chats": 0},
    {"customers": 1, "employees": 1, "departments": 1, "tags": 1, "chats": 1},
    {"customers": 2, "employees": 9},
    {"employees": 1, "departments": 5},
    {"departments": 7},
    {"tags": 9},
    {"tags": 11},
    {"tags": 1_000},
    {"chats": 30},
    {"shared": 0.0},
    {"shared": 1.0},
    {"seed": 2**40},
]


def build(**sizes: Any) -> Company:
    usual = {"customers": 80, "employees": 6, "departments": 3, "tags": 50, "chats": 4}
    return seeding.build(clock=Clock(MORNING), **usual | sizes)


@pytest.mark.parametrize("sizes", SIZES)
def test_it_is_sound_and_as_large_as_asked(sizes: dict[str, Any]) -> None:
    company, asked = build(**sizes), {"customers": 80, "employees": 6, "departments": 3, "chats": 4} | sizes
    counts = company.counts()
    assert broken(company) == []
    assert counts["employees"] == asked["employees"]
    assert counts["departments"] == 1 + asked["departments"]
    assert counts["customers"] == asked["customers"]
    assert counts["chats"] == asked["chats"]
    assert counts["events waiting"] == 0
    assert company.clock.now() == MORNING


@pytest.mark.parametrize(("asked", "made", "groups"), [(0, 0, 0), (1, 1, 1), (10, 10, 1), (25, 25, 3), (999, 300, 30)])
def test_tags_are_made_ten_a_group_as_far_as_the_words_go(asked: int, made: int, groups: int) -> None:
    company = build(tags=asked)
    assert company.counts()["tags"] == made
    assert len(company.living_groups()) == groups
    sizes = [len(company.tags_of(group.id)) for group in company.living_groups()]
    assert all(size == 10 for size in sizes[:-1])


@pytest.mark.parametrize(("shared", "least", "most"), [(0.0, 0, 0), (0.5, 60, 140), (1.0, 200, 200)])
def test_as_many_customers_have_a_second_follower_as_asked(shared: float, least: int, most: int) -> None:
    company = build(customers=200, shared=shared)
    twice = [external for external, rows in company.followers.items() if len(rows) == 2]
    assert least <= len(twice) <= most
    for external in twice:
        first, second = sorted(company.followers[external].values(), key=lambda row: row.serial)
        assert (second.add_way, second.oper_userid) == (201, first.userid)


def test_customers_are_spread_evenly() -> None:
    company = build(shared=0.0)
    sizes = Counter(follow.userid for follow in follows(company))
    assert max(sizes.values()) - min(sizes.values()) <= 1
    assert len(sizes) == 6


@pytest.mark.parametrize("departments", [1, 2, 3, 5])
def test_each_department_has_one_leader_who_works_there(departments: int) -> None:
    company = build(departments=departments, employees=8)
    leaders = Counter(number for employee in company.employees.values() for number in employee.leads)
    assert leaders == dict.fromkeys(range(2, 2 + departments), 1)
    assert all(set(employee.leads) <= set(employee.departments) for employee in company.employees.values())
    assert sum(employee.position == "主管" for employee in company.employees.values()) == departments


@pytest.mark.parametrize("number", [1, 3, 8, 9, 25])
def test_no_two_departments_or_chats_are_called_the_same(number: int) -> None:
    company = build(departments=number, chats=number)
    assert len({row.name for row in company.departments.values()}) == number + 1
    assert len({chat.name for chat in company.chats.values()}) == number


def test_there_is_a_contact_way_for_each_channel_that_leads_to_everybody() -> None:
    company = build()
    states = [way.fields["state"] for way in company.contact_ways.values()]
    assert states == words.CHANNELS
    assert all(way.fields["user"] == list(company.employees) for way in company.contact_ways.values())


def test_a_state_comes_only_with_ways_that_bring_one() -> None:
    for follow in follows(build(customers=400)):
        assert (follow.state in words.CHANNELS) == (follow.add_way in (1, 16)), follow
        assert follow.state in ("", *words.CHANNELS)


def test_whoever_began_it_follows_from_the_way() -> None:
    for follow in follows(build(customers=400, shared=0.0)):
        assert follow.oper_userid == (follow.external_userid if follow.add_way in (1, 4, 10, 16) else follow.userid)


def test_only_colleagues_of_other_companies_have_a_company_and_no_unionid() -> None:
    people = build(customers=400).people.values()
    assert {person.type for person in people} == {1, 2}
    for person in people:
        assert bool(person.corp_name) == (person.type == 2)
        assert bool(person.unionid) == (person.type == 1)


def test_it_grew_over_four_hundred_days_and_not_in_one() -> None:
    company = build(customers=400, shared=0.0)
    times = sorted(follow.createtime for follow in follows(company))
    steps = [later - earlier for earlier, later in pairwise(times)]
    assert max(steps) < 2 * DAY
    assert times[-1] - times[0] > 380 * DAY
    assert all(chat.create_time < MORNING for chat in company.chats.values())


def test_the_days_of_the_past_are_in_the_statistics() -> None:
    company = build(customers=100, shared=0.0)
    assert sum(row.get("new_contact_cnt", 0) for row in company.activity.values()) == 100


def test_without_an_access_there_is_no_app_and_with_one_there_are_two() -> None:
    assert build().apps == {}
    told = access.of("an installation", 1)
    apps = build(access=told).apps
    assert {id: (app.customers, app.contacts) for id, app in apps.items()} == {
        access.AGENT_ID: (True, False),
        access.CONTACTS_AGENT_ID: (False, True),
    }
    assert {app.secret for app in apps.values()} == {told.secret, told.contacts_secret}


def test_what_happens_next_is_announced() -> None:
    company = build()
    company.befriend(next(iter(company.employees)))
    assert len(company.take_events()) == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_name_is_a_surname_and_a_given_name(seed: int) -> None:
    for person in build(seed=seed).people.values():
        assert person.name[0] in words.SURNAMES
        assert person.name[1:] in words.GIVEN
