"""Whatever happens, the company stays one that could be: its tables agree, and its events tell what they must."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.wecom.sandbox.conftest import DAY, MORNING
from tests.wecom.sandbox.invariants import broken
from tests.wecom.upstream import Upstream
from wecom.sandbox import seeding
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.living import Living
from wecom.sandbox.things import Chat, Episode

Pairs = dict[tuple[str, str], str]


def small() -> Company:
    return seeding.build(customers=60, employees=5, tags=30, chats=4, clock=Clock(MORNING))


def mutated(seed: int, acts: int, every: int = 0) -> Company:
    """A company to which so many things of all kinds have happened; checked in between."""
    company, drawn = Company(clock=Clock(MORNING)), random.Random(seed)
    upstream = Upstream(company, drawn)
    upstream.furnish()
    for number in range(acts):
        upstream.mutate()
        if drawn.random() < 0.2:
            company.advance(drawn.choice([0, 1, 600, DAY]))
        if every and number % every == 0:
            assert broken(company) == [], upstream.log[-every:]
    return company


def test_a_seeded_company_is_sound() -> None:
    assert broken(small()) == []


def test_two_thousand_steps_of_its_life_leave_it_sound() -> None:
    company = small()
    living = Living(company, seed=3)
    done = []
    for number in range(2_000):
        company.clock.advance(number % 7)
        done.append(living.step())
        if number % 100 == 0:
            assert broken(company) == [], done[-100:]
    assert broken(company) == []


@pytest.mark.parametrize("seed", range(6))
def test_acts_of_every_kind_leave_it_sound(seed: int) -> None:
    assert broken(mutated(seed, 400, every=20)) == []


def friends(company: Company) -> Pairs:
    """The pairs as events let one know them."""
    rows = (follow for rows in company.follows.values() for follow in rows.values())
    return {(f.userid, f.external_userid): "customer gone" if f.customer_gone else "on" for f in rows}


def replay(known: Pairs, event: dict[str, Any]) -> None:
    """What a reader of callbacks makes of one event."""
    pair = (event.get("UserID", ""), event.get("ExternalUserID", ""))
    match event["ChangeType"]:
        case "add_external_contact":
            known[pair] = "on"
        case "del_external_contact":
            known.pop(pair, None)
        case "del_follow_user":
            known[pair] = "customer gone"
        case "delete_user":
            for old in [old for old in known if old[0] == pair[0]]:
                del known[old]
        case "update_user" if "NewUserID" in event:
            for old in [old for old in known if old[0] == pair[0]]:
                known[event["NewUserID"], old[1]] = known.pop(old)


def test_events_alone_tell_who_is_whose_customer_after_two_thousand_steps() -> None:
    """As long as nobody is handed over or added quietly, which no event tells."""
    company = small()
    known, living = friends(company), Living(company, seed=5)
    for _ in range(2_000):
        company.clock.advance(1)
        living.step()
    for event in company.take_events():
        replay(known, event)
    assert known == friends(company)


def test_the_versions_of_a_groups_members_are_a_chain_that_gives_its_members() -> None:
    company = small()
    members = {chat.chat_id: set(chat.members) for chat in company.chats.values()}
    version = {chat.chat_id: chat.member_version for chat in company.chats.values()}
    living = Living(company, seed=6)
    for _ in range(2_000):
        living.step()
    for event in company.take_events():
        id = event.get("ChatId")
        # A group that came later is told of without its first members.
        if id not in members or "MemChangeList" not in event:
            continue
        assert event["LastMemVer"] == version[id]
        version[id] = event["CurMemVer"]
        change = members[id].union if event["UpdateDetail"] == "add_member" else members[id].difference
        members[id] = change(event["MemChangeList"])
    assert members == {id: set(company.chats[id].members) for id in members}
    assert version == {id: company.chats[id].member_version for id in version}


def test_events_are_in_the_order_of_their_seconds_but_for_transfers_that_fell_due_before() -> None:
    events = mutated(11, 600).take_events()
    late = {"del_external_contact", "add_external_contact", "transfer_fail"}
    times = [event["CreateTime"] for event in events if event["ChangeType"] not in late]
    assert times == sorted(times)
    assert len(times) > 200


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda c: c.followers["wm1"].pop("lina"), "the two sides of the pairs differ"),
        (lambda c: setattr(c.follows["lina"]["wm1"], "serial", 99), "a serial is used twice, or not drawn"),
        (lambda c: c.halves.update({("lina", "wm1"): (0, "", "")}), "wm1 is half added by lina, and whole"),
        (lambda c: c.people.pop("wm1"), "wm1 is nobody"),
        (
            lambda c: c.history["lina", "wm1"].insert(0, Episode(0)),
            "two episodes of lina and wm1 overlap",
        ),
        (
            lambda c: setattr(c.history["lina", "wm1"][0], "ended", MORNING),
            "the last episode of lina and wm1 ends otherwise than the pair",
        ),
        (lambda c: c.follows["lina"]["wm1"].tags.append("et"), "wm1 has a dead tag, or one twice"),
        (lambda c: setattr(c.departments[2], "parentid", 2), "department 2 hangs in the air"),
        (lambda c: c.employees["lina"].leads.append(9), "lina leads a department that is gone"),
        (lambda c: c.unassigned.update({"lina": {}}), "lina is in the list of leavers' customers for nothing"),
        (lambda c: chat_of(c).members.pop("wm1"), "members of 群 and open stays differ"),
        (lambda c: chat_of(c).admins.append("bob"), "群 has an admin from outside"),
        (lambda c: setattr(chat_of(c), "status", 1), "群 doesn't know whether its owner has left"),
    ],
)
def test_the_checks_find_what_they_are_for(company: Company, harm: Callable[[Company], Any], told: str) -> None:
    company.befriend("lina", "wm1")
    company.open_chat("lina", ["wm1"], name="群")
    assert broken(company) == []
    harm(company)
    assert told in broken(company)


def chat_of(company: Company) -> Chat:
    return next(iter(company.chats.values()))
