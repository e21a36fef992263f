"""One runner at a time, by a lease with a fence; later kinds wait for earlier ones."""

import datetime as dt
from typing import Any

import pytest

from core.errors import Conflict
from core.time import now
from corps.actors import SYSTEM
from tests.wecom import sandboxed
from tests.wecom.sandboxed import Sandboxed
from wecom.models import SyncRun
from wecom.sync import asking, leases, safety

State, Kind = SyncRun.State, SyncRun.Kind


def asked(box: Sandboxed, kind: str = Kind.CUSTOMERS, **fields: Any) -> SyncRun:
    run = asking.ask(corp_id=box.corp.pk, kind=kind, by=SYSTEM)
    SyncRun.objects.filter(pk=run.pk).update(**fields)
    run.refresh_from_db()
    return run


def columns(run: SyncRun) -> dict[str, Any]:
    return SyncRun.objects.filter(pk=run.pk).values().get()


# --- Asking ---


def test_asking_puts_a_run_in_the_queue(box: Sandboxed) -> None:
    run = asking.ask(corp_id=box.corp.pk, kind=Kind.TAGS, by=SYSTEM, dry_run=True)
    row = columns(run)
    assert (row["state"], row["dry_run"], row["asked_by"], row["finished_at"]) == (State.QUEUED, True, "system", None)
    assert row["lease_until"] <= now()


def test_a_kind_has_one_open_run(box: Sandboxed) -> None:
    asked(box)
    with pytest.raises(Conflict) as refusal:
        asking.ask(corp_id=box.corp.pk, kind=Kind.CUSTOMERS, by=SYSTEM)
    assert refusal.value.code == "sync_open"
    assert SyncRun.objects.count() == 1


def test_a_run_that_is_over_makes_room(box: Sandboxed) -> None:
    asked(box, finished_at=now(), state=State.DONE)
    asked(box)
    assert SyncRun.objects.count() == 2


def test_a_company_without_an_app_is_refused(box: Sandboxed) -> None:
    box.app.active = False
    box.app.save()
    with pytest.raises(Conflict) as refusal:
        asking.ask(corp_id=box.corp.pk, kind=Kind.TAGS, by=SYSTEM)
    assert refusal.value.code == "not_connected"
    assert not SyncRun.objects.exists()


def test_asking_for_all_leaves_out_what_is_open(box: Sandboxed) -> None:
    asked(box, Kind.TAGS)
    runs = asking.ask_all(corp_id=box.corp.pk, by=SYSTEM)
    assert [run.kind for run in runs] == [Kind.HOUSE, Kind.CUSTOMERS, Kind.GROUPS]
    with pytest.raises(Conflict) as refusal:
        asking.ask_all(corp_id=box.corp.pk, by=SYSTEM)
    assert refusal.value.code == "sync_open"
    assert SyncRun.objects.count() == 4


def test_two_companies_have_nothing_to_do_with_each_other(box: Sandboxed) -> None:
    asked(box, Kind.HOUSE)
    other = sandboxed.make.corp()
    box.app.corp = other
    box.app.pk, box.app.agent_id = None, 7
    box.app.save()
    theirs = asking.ask(corp_id=other.pk, kind=Kind.HOUSE, by=SYSTEM)
    assert leases.take(theirs.pk)


# --- Taking ---


def test_a_taken_run_is_running_with_a_lease_and_a_higher_fence(box: Sandboxed) -> None:
    run = asked(box)
    taken = leases.take()
    assert taken
    assert taken.pk == run.pk
    assert (taken.state, taken.fence) == (State.RUNNING, run.fence + 1)
    assert taken.started_at
    assert taken.lease_until > now() + leases.LEASE - dt.timedelta(seconds=10)


def test_a_held_run_is_not_taken(box: Sandboxed) -> None:
    asked(box)
    assert leases.take()
    assert leases.take() is None


def test_a_run_whose_runner_fell_silent_is_taken_and_keeps_its_start(box: Sandboxed) -> None:
    asked(box)
    first = leases.take()
    assert first
    SyncRun.objects.update(lease_until=now() - dt.timedelta(seconds=1))
    second = leases.take()
    assert second
    assert second.fence == first.fence + 1
    assert second.started_at == first.started_at


def test_what_was_read_by_another_in_between_is_not_taken(box: Sandboxed) -> None:
    """Two takers read the row; the second finds another fence."""
    run = asked(box)
    assert leases._claim(SyncRun.objects.get(pk=run.pk), now())
    assert not leases._claim(run, now())


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.CANCELLED, State.NEEDS_APPROVAL])
def test_what_is_over_or_waits_for_a_person_is_not_taken(box: Sandboxed, state: str) -> None:
    asked(box, state=state, finished_at=None if state == State.NEEDS_APPROVAL else now())
    assert leases.take() is None


@pytest.mark.parametrize(
    ("state", "waits"), [(State.QUEUED, True), (State.RUNNING, True), (State.NEEDS_APPROVAL, False)]
)
def test_a_later_kind_waits_for_an_earlier_one(box: Sandboxed, state: str, waits: bool) -> None:
    later = dt.timedelta(hours=1)
    asked(box, Kind.TAGS, state=state, lease_until=now() + later)
    customers = asked(box, Kind.CUSTOMERS)
    assert (leases.take(customers.pk) is None) is waits


def test_an_earlier_kind_that_is_over_holds_nobody_up(box: Sandboxed) -> None:
    asked(box, Kind.HOUSE, state=State.FAILED, finished_at=now())
    assert leases.take(asked(box, Kind.GROUPS).pk)


def test_a_run_under_way_goes_on_beside_an_earlier_kind_asked_later(box: Sandboxed) -> None:
    customers = asked(box, Kind.CUSTOMERS, state=State.RUNNING)
    asked(box, Kind.HOUSE)
    assert leases.take(customers.pk)


def test_many_waiting_runs_do_not_hide_one_that_may_go(box: Sandboxed) -> None:
    asked(box, Kind.GROUPS, lease_until=now() - dt.timedelta(hours=2))
    asked(box, Kind.CUSTOMERS, lease_until=now() - dt.timedelta(hours=1))
    house = asked(box, Kind.HOUSE)
    taken = leases.take()
    assert taken
    assert taken.pk == house.pk


# --- Writing ---


def test_writing_renews_the_lease(box: Sandboxed) -> None:
    asked(box)
    run = leases.take()
    assert run
    SyncRun.objects.update(lease_until=now())
    leases.write(run, pages=3)
    row = columns(run)
    assert row["pages"] == run.pages == 3
    assert row["lease_until"] > now() + dt.timedelta(seconds=30)


def test_a_stale_runner_writes_nothing(box: Sandboxed) -> None:
    asked(box)
    stale = leases.take()
    assert stale
    SyncRun.objects.update(lease_until=now())
    assert leases.take()
    before = columns(stale)
    for act in (lambda: leases.write(stale, pages=9), lambda: leases.release(stale, error_code=1)):
        with pytest.raises(leases.Fenced):
            act()
    assert columns(stale) == before


def test_a_released_run_can_be_taken_at_once_or_when_it_is_due(box: Sandboxed) -> None:
    asked(box)
    run = leases.take()
    assert run
    leases.release(run, until=now() + dt.timedelta(minutes=5))
    assert leases.take() is None
    leases.release(run)
    assert leases.take()


# --- Calling off, approving ---


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING, State.NEEDS_APPROVAL])
def test_an_open_run_can_be_called_off_and_its_runner_is_fenced(box: Sandboxed, state: str) -> None:
    run = asked(box, state=state)
    holder = SyncRun.objects.get(pk=run.pk)
    asking.cancel(run=run, by=SYSTEM)
    assert (run.state, run.report["cancelled_by"]) == (State.CANCELLED, "system")
    assert run.finished_at
    with pytest.raises(leases.Fenced):
        leases.write(holder, pages=1)
    assert leases.take() is None


def test_what_is_over_is_not_called_off(box: Sandboxed) -> None:
    run = asked(box, state=State.DONE, finished_at=now())
    before = columns(run)
    with pytest.raises(Conflict) as refusal:
        asking.cancel(run=run, by=SYSTEM)
    assert refusal.value.code == "sync_over"
    assert columns(run) == before


def test_an_approved_run_goes_on(box: Sandboxed) -> None:
    run = asked(box, state=State.NEEDS_APPROVAL)
    safety.approve(run=run, by=SYSTEM)
    assert (run.state, run.approved_by) == (State.RUNNING, "system")
    assert leases.take()


def test_a_refused_run_is_over(box: Sandboxed) -> None:
    run = asked(box, state=State.NEEDS_APPROVAL)
    safety.refuse(run=run, by=SYSTEM)
    assert (run.state, run.report["refused_by"]) == (State.CANCELLED, "system")
    assert run.finished_at


@pytest.mark.parametrize("act", [safety.approve, safety.refuse])
@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING, State.DONE])
def test_only_what_waits_is_decided_on(box: Sandboxed, act: Any, state: str) -> None:
    run = asked(box, state=state, finished_at=now() if state == State.DONE else None)
    before = columns(run)
    with pytest.raises(Conflict) as refusal:
        act(run=run, by=SYSTEM)
    assert refusal.value.code == "not_waiting"
    assert columns(run) == before


@pytest.mark.parametrize(
    ("going", "of", "stops"),
    [(0, 0, False), (50, 60, False), (51, 51, True), (51, 1_020, False), (52, 1_020, True), (1_000, 100_000, False)],
)
def test_both_bounds_must_be_passed(settings: Any, going: int, of: int, stops: bool) -> None:
    settings.SYNC_SAFE_ROWS, settings.SYNC_SAFE_PERCENT = 50, 5
    assert safety.too_many(going, of) is stops


@pytest.mark.parametrize("fields", [{"dry_run": True}, {"approved_by": "user:7"}])
def test_a_dry_run_and_an_approved_one_are_not_held(fields: dict[str, Any]) -> None:
    assert safety.hold(SyncRun(), "relations", 100, 100, ["a b"] * 80) == {
        "what": "relations",
        "going": 100,
        "of": 100,
        "sample": ["a b"] * safety.SAMPLE,
    }
    assert safety.hold(SyncRun(**fields), "relations", 100, 100, []) is None
