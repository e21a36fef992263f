"""A company that lives by itself."""

import threading
from collections import Counter

import orjson
import pytest

from tests.wecom.sandbox.conftest import MORNING
from wecom.sandbox import seeding, store
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.living import Living


@pytest.fixture
def seeded() -> Company:
    return seeding.build(customers=100, employees=5, tags=30, chats=4, clock=Clock(MORNING))


def live(company: Company, steps: int, seed: int = 1) -> Counter[str]:
    living = Living(company, seed=seed)
    done: Counter[str] = Counter()
    for _ in range(steps):
        company.clock.advance(1)
        done[living.step()] += 1
    return done


def test_everything_happens_sooner_or_later(seeded: Company) -> None:
    done = live(seeded, 1500)
    assert set(done) == {act.__name__ for act, _weight in Living(seeded)._acts}
    assert done[""] == 0


def test_its_acts_are_announced_as_wecom_would(seeded: Company) -> None:
    live(seeded, 1500)
    events = seeded.take_events()
    kinds = {(event["Event"], event["ChangeType"]) for event in events}
    contact = {"add_external_contact", "add_half_external_contact", "edit_external_contact"}
    contact |= {"del_external_contact", "del_follow_user"}
    assert {change for event, change in kinds if event == "change_external_contact"} == contact
    assert {change for event, change in kinds if event == "change_external_chat"} == {"create", "update"}
    times = [event["CreateTime"] for event in events]
    assert times == sorted(times)


def test_the_same_seed_lives_the_same_life(seeded: Company) -> None:
    other = store.restore(store_of(seeded), Clock(MORNING))
    assert live(seeded, 200) == live(other, 200)
    assert seeded.truth() == other.truth()


def test_another_seed_lives_another(seeded: Company) -> None:
    other = store.restore(store_of(seeded), Clock(MORNING))
    live(seeded, 50)
    live(other, 50, seed=2)
    assert seeded.truth() != other.truth()


def test_a_company_of_nobody_stands_still() -> None:
    empty = Company(clock=Clock(MORNING))
    assert live(empty, 3) == {"": 3}
    assert empty.take_events() == []


def test_a_company_without_customers_gets_some() -> None:
    company = Company(clock=Clock(MORNING))
    company.hire("lina", "林娜")
    live(company, 100)
    assert company.counts()["relations"] > 10


def test_relations_of_both_sides_stay_in_step(seeded: Company) -> None:
    live(seeded, 1000)
    by_employee = {(userid, external) for userid, rows in seeded.follows.items() for external in rows}
    by_customer = {(userid, external) for external, rows in seeded.followers.items() for userid in rows}
    assert by_employee == by_customer
    for pair, episodes in seeded.history.items():
        assert [episode.ended is None for episode in episodes[:-1]] == [False] * (len(episodes) - 1)
        follow = seeded.follows.get(pair[0], {}).get(pair[1])
        assert (episodes[-1].ended is None) == (follow is not None and not follow.customer_gone)


def test_stays_and_members_stay_in_step(seeded: Company) -> None:
    live(seeded, 1000)
    for chat in seeded.chats.values():
        assert sorted(chat.members) == sorted(stay.userid for stay in chat.stays if stay.left is None)


def test_it_runs_at_its_rate_until_told_to_stop(seeded: Company) -> None:
    waits: list[float] = []

    class Watched(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0)
            return len(waits) > 200

    Living(seeded, rate=60, seed=1).run(Watched())
    assert 0.9 < sum(waits) / len(waits) < 1.1
    assert len(seeded.take_events()) > 100


def test_at_a_rate_of_nothing_nothing_happens(seeded: Company) -> None:
    rounds = iter([False, False, True])

    class Watched(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            return next(rounds)

    Living(seeded, rate=0).run(Watched())
    assert seeded.take_events() == []


def store_of(company: Company) -> dict[str, object]:
    rows: dict[str, object] = orjson.loads(orjson.dumps(store.dump(company)))
    return rows


def test_people_come_by_every_code_also_by_one_made_over_the_api(seeded: Company) -> None:
    one = next(iter(seeded.employees))
    seeded.make_way({"type": 1, "scene": 2, "state": "made over the API", "user": [one], "party": []})
    live(seeded, 1500)
    came = [f for follows in seeded.follows.values() for f in follows.values() if f.state == "made over the API"]
    assert came
    assert {follow.userid for follow in came} == {one}
