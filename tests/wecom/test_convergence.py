"""Whatever happens in WeCom and on the way from there, one reconcile later the mirror equals it.

Callbacks are lost, doubled and reordered; calls fail; processes die in the middle. What nobody can know is named: a
customer's own deletion whose only callback was lost.

CONVERGENCE_SEEDS and CONVERGENCE_MUTATIONS set the size (make chaos: 50 and 10,000), CONVERGENCE_FIRST the first seed.
"""

import os
import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import time_machine

from core import failpoints
from corps.actors import SYSTEM
from customers.choices import RelationStatus
from tests.wecom import comparing, sandboxed
from tests.wecom.sandboxed import Sandboxed
from tests.wecom.upstream import Upstream
from wecom.callbacks import drain, keys, receiving
from wecom.client import pacing
from wecom.models import CallbackReceipt, SyncRun
from wecom.sandbox.callbacks import Sender
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.state import Event
from wecom.secrets import seal
from wecom.sync import asking

FIRST = int(os.environ.get("CONVERGENCE_FIRST", "0"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("CONVERGENCE_SEEDS", "5")))
MUTATIONS = int(os.environ.get("CONVERGENCE_MUTATIONS", "1000"))
TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
LOST, DOUBLED, WINDOW, FAULTS, DEATHS = 0.2, 0.2, 50, 0.02, 0.005
# After so many mutations what has come in is worked off.
DRAIN_EVERY = 10
SYNC_EVERY = 250
State = SyncRun.State


class Died(BaseException):
    """The process ends here: nothing that catches errors sees it."""


class Deaths:
    """Stands for the table of armed failpoints: each place kills now and then."""

    def __init__(self, drawn: random.Random) -> None:
        self.drawn, self.likely, self.seen = drawn, 0.0, set[str]()

    def get(self, name: str) -> str | None:
        dies = self.drawn.random() < self.likely
        self.seen |= {name} if dies else set()
        return "raise" if dies else None


class World:
    """A company, its mirror, and the way between the two."""

    def __init__(self, box: Sandboxed, seed: int, clock: Any, deaths: Deaths) -> None:
        self.box, self.clock, self.deaths = box, clock, deaths
        self.drawn = random.Random(seed)
        self.upstream = Upstream(box.company, self.drawn)
        self.held: list[Event] = []
        self.lost: list[Event] = []
        self.carried: list[Event] = []
        self.twice = False
        transport = httpx.MockTransport(self._received)
        url = f"http://mirror.test/wecom/callback/{box.corp.wecom_corpid}/"
        app = box.company.apps[sandboxed.AGENT]
        self.sender = Sender.of(box.company, app, url, transport=transport, sleep=self.shift)

    def shift(self, seconds: float) -> None:
        self.clock.shift(seconds)

    def mutate(self) -> None:
        self.upstream.mutate()
        self._carry(self.box.company.take_events())
        if self.drawn.random() < 0.7:
            self.shift(self.drawn.choice([1, 2, 30, 600, 7_000]))

    def drain(self) -> None:
        """Work off what is due, as daemons do, one of which may die."""
        with suppress(Died):
            drain.once()

    def reconcile(self) -> None:
        """Everything that is on its way arrives and is worked off, then one sync of each kind."""
        self.shift(86_400)
        self.box.company.finish_transfers()
        self._carry(self.box.company.take_events())
        while self.held:
            self._deliver()
        self.settle()
        for kind in ("house", "tags", "customers", "groups"):
            self.sync(kind)
        self.settle()

    def settle(self) -> None:
        """Until no receipt waits. Leases and pauses run out meanwhile."""
        for _ in range(100):
            self.drain()
            if not CallbackReceipt.objects.filter(state="pending").exists():
                return
            self.shift(130)
        left = CallbackReceipt.objects.filter(state="pending").values_list("mailbox", "attempts", "last_error")
        raise AssertionError(f"receipts that never end: {list(left)[:5]}")

    def sync(self, kind: str) -> None:
        run = asking.ask(corp_id=self.box.corp.pk, kind=kind, by=SYSTEM)
        for _ in range(200):
            with suppress(Died):
                sandboxed.work(run)
            run.refresh_from_db()
            if run.finished_at:
                break
            self.shift(3_700)
        assert run.state == State.DONE, (run.state, run.error_code, run.last_error, run.report)

    # --- The way ---

    def _carry(self, events: list[Event]) -> None:
        for event in events:
            if self.drawn.random() < LOST:
                self.lost.append(event)
                continue
            self.carried.append(event)
            self.held += [event] * (2 if self.drawn.random() < DOUBLED else 1)
            while len(self.held) > WINDOW:
                self._deliver()

    def _deliver(self) -> None:
        assert self.sender.deliver(self.held.pop(self.drawn.randrange(len(self.held))))

    def _received(self, request: httpx.Request) -> httpx.Response:
        try:
            receiving.take(str(self.box.corp.wecom_corpid), dict(request.url.params), request.content)
        except Died:
            # Not answered: WeCom sends it again.
            return httpx.Response(502)
        return httpx.Response(200)

    # --- What nobody can know ---

    @property
    def told(self) -> dict[tuple[str, str], set[tuple[int, str]]]:
        """Pairs whose ends were told of: when, and by whom."""
        ends: dict[tuple[str, str], set[tuple[int, str]]] = {}
        for event in self.carried:
            how = {"del_follow_user": "customer", "del_external_contact": "employee"}.get(event["ChangeType"])
            if how:
                how = "transfer" if event.get("Source") else how
                ends.setdefault((event["UserID"], event["ExternalUserID"]), set()).add((event["CreateTime"], how))
        return ends

    @property
    def unknowable(self) -> dict[tuple[str, str], set[int]]:
        """Pairs whose deletion by the customer was told to nobody: when."""
        told: dict[tuple[str, str], set[int]] = {}
        for event in self.lost:
            if event["ChangeType"] == "del_follow_user":
                told.setdefault((event["UserID"], event["ExternalUserID"]), set()).add(event["CreateTime"])
        return told


@pytest.fixture
def world(request: pytest.FixtureRequest, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    settings.SYNC_CALLS_AT_ONCE = 1
    settings.SYNC_SAFE_PERCENT = 100
    seed = request.param
    deaths = Deaths(random.Random(seed))
    monkeypatch.setattr(failpoints, "_ARMED", deaths)
    monkeypatch.setattr(failpoints, "FailpointHit", Died)
    with time_machine.travel(1_772_337_600, tick=False) as clock:
        monkeypatch.setattr(pacing, "sleep", clock.shift)
        company = Company(clock=Clock(), seed=seed)
        box = sandboxed.connected(company, token=TOKEN, aes_key=KEY)
        box.app.callback_token_sealed, box.app.callback_key_sealed = seal(TOKEN), seal(KEY)
        box.app.save()
        keys.forget()
        yield World(box, seed, clock, deaths)
        sandboxed.disconnect()
        keys.forget()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("world", SEEDS, indirect=True)
def test_the_mirror_converges(world: World) -> None:
    world.upstream.furnish()
    world._carry(world.box.company.take_events())
    world.deaths.likely = DEATHS
    # Of all calls one in fifty fails in one way or another.
    share = FAULTS / 4
    world.box.server.faults.set(errors={"*": {-1: share, 6000: share}}, dropped=share, html=share, seed=1)
    for n in range(MUTATIONS):
        world.mutate()
        if n % DRAIN_EVERY == 0:
            world.drain()
        if n % SYNC_EVERY == SYNC_EVERY - 1:
            # So that later ones find most pairs as they left them.
            world.sync("customers")
    world.reconcile()
    differences = compare(world)
    # What became of leavers' customers whom nobody took over is known for sure the next night.
    world.shift(86_400)
    world.sync("customers")
    world.twice = True
    differences += compare(world)
    assert differences == [], "\n".join(map(str, differences[:20]))


def compare(world: World) -> list[Any]:
    """Everything that is not as it should be."""
    corp, truth = world.box.corp, world.box.company.truth()
    found: list[Any] = []
    found += differing("department", comparing.departments(corp), truth["departments"])
    people = comparing.true_employees(truth)
    here = comparing.employees(corp)
    # Who came and went before anybody looked was never here.
    for userid, row in people.items():
        mine = here.pop(userid, None)
        if mine and not mine["name"]:
            # Named somewhere, and never shown by the directory.
            found += [] if row["left"] else [("employee was never read", userid)]
        elif row["left"]:
            found += [("employee has not left", userid, mine)] if mine and not mine["left"] else []
        elif mine != row:
            found.append(("employee", userid, mine, row))
    found += [("employee from nowhere", userid) for userid in here]
    found += differing("tag", comparing.catalogue(corp), comparing.true_catalogue(truth))
    found += relations(world, truth)
    found += customers(world, truth)
    found += chats(world, truth)
    return found


def differing(what: str, here: dict[Any, Any], there: dict[Any, Any]) -> list[Any]:
    keys = here.keys() | there.keys()
    return [(what, key, here.get(key), there.get(key)) for key in sorted(keys) if here.get(key) != there.get(key)]


LIVING = ("createtime", "remark", "description", "remark_corp_name", "remark_mobiles", "add_way", "state", "tags")


def relations(world: World, truth: dict[str, Any]) -> list[Any]:
    here = comparing.relations(world.box.corp)
    found: list[Any] = []
    for pair, row in truth["follows"].items():
        mine = here.pop(pair, None)
        if mine is None:
            # Over before anybody read it.
            found += [("relation is missing", pair, row)] if row["status"] in ("active", "customer_gone") else []
            continue
        found += [(problem, pair, mine, row) for problem in problems(world, pair, mine, row)]
    return found + [("relation from nowhere", pair, mine) for pair, mine in here.items()]


def problems(world: World, pair: tuple[str, str], mine: dict[str, Any], row: dict[str, Any]) -> Iterator[str]:
    status, episodes = mine["status"], mine["episodes"]
    began, ended, _how = row["episodes"][-1]
    nobody_told = ended in world.unknowable.get(pair, set())
    active = {RelationStatus.ACTIVE.name}
    by_customer = {RelationStatus.ENDED_BY_CUSTOMER.name}
    expected = {
        "active": active,
        "customer_gone": active if nobody_told else by_customer,
        # A leaver's customers wait for a successor.
        "unassigned": active,
        "ended": {s.name for s in RelationStatus if s != RelationStatus.ACTIVE},
    }[row["status"]]
    if row["status"] == "ended" and not world.twice and not world.upstream.works(pair[0]):
        # Taken over, or over before the employee left: known when a successor shows, or after two syncs.
        expected = expected | active
    if row["status"] == "unassigned" and began not in {e[0] for e in episodes}:
        # It began, and the employee left, before anybody read it: nothing shows it any more.
        return
    if status not in expected:
        yield f"status {status}, not {sorted(expected)}"
    if row["status"] in ("active", "customer_gone"):
        for name in (*LIVING, "oper_userid"):
            if mine[name] != row[name]:
                yield f"{name}: {mine[name]!r}, not {row[name]!r}"
    theirs = {e[0]: e for e in row["episodes"]}
    if unknown := [e for e in episodes if e[0] not in theirs]:
        yield f"episodes from nowhere: {unknown}"
    elif row["status"] in ("active", "customer_gone") and (not episodes or episodes[-1][0] != began):
        yield "the present episode is missing"
    if [e for e in episodes[:-1] if e[1] is None] or (status == "ACTIVE") != (
        bool(episodes) and episodes[-1][1] is None
    ):
        yield "episodes are open that are over, or the other way round"
    for episode in episodes:
        true = theirs.get(episode[0])
        if true and (true[1], true[2]) in world.told.get(pair, set()) and episode != (*true, False):
            yield f"the end that was told of: {episode}, not {true}"


def customers(world: World, truth: dict[str, Any]) -> list[Any]:
    here = comparing.people(world.box.corp)
    living = {pair[1] for pair, row in truth["follows"].items() if row["status"] in ("active", "customer_gone")}
    there = {external: row for external, row in truth["people"].items() if external in living}
    found = [("customer", key, here.get(key), row) for key, row in there.items() if here.get(key) != row]
    return found + [("customer from nowhere", key) for key in here.keys() - truth["people"].keys()]


def chats(world: World, truth: dict[str, Any]) -> list[Any]:
    here, found = comparing.chats(world.box.corp), []
    for chat_id, row in comparing.true_chats(truth).items():
        mine = here.pop(chat_id, None)
        if row["dismissed"]:
            found += [("chat lives", chat_id, mine)] if mine and not mine["dismissed"] else []
            continue
        if mine is None:
            found.append(("chat is missing", chat_id, row))
            continue
        stays, true_stays = mine.pop("stays"), row.pop("stays")
        if mine != row:
            found.append(("chat", chat_id, mine, row))
        # Who came and went before anybody looked left no trace.
        if unknown := set(stays) - set(true_stays):
            found.append(("stays from nowhere", chat_id, unknown, true_stays))
    return found + [("chat from nowhere", chat_id) for chat_id in here]
