"""Who works on a receipt, how often, and what happens when that goes wrong or the process dies in the middle."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError

from core.time import now
from messaging.models import OutboxEvent
from messaging.tries import MOST_TRIES, pause_after
from tests.wecom.callbacks.live import Live, State
from wecom.callbacks import chats, claims, customers, drain, house, tags
from wecom.client.errors import Closed
from wecom.models import CallbackReceipt, WecomApp


def receipt() -> CallbackReceipt:
    return CallbackReceipt.objects.get()


@pytest.fixture
def one(live: Live) -> Live:
    """One event that is due."""
    live.company.befriend("lina", "wmA")
    live.tell()
    live.let_pass(1)
    CallbackReceipt.objects.update(urgent=False)
    return live


# --- Claims ---


def test_what_is_taken_is_nobody_elses_and_the_try_is_counted(one: Live) -> None:
    (mine,) = claims.take(urgent=False, most=10)
    assert (mine.attempts, receipt().attempts) == (1, 1)
    assert claims.take(urgent=False, most=10) == []


def test_what_a_dead_worker_took_is_taken_again_when_its_time_is_over(one: Live) -> None:
    (first,) = claims.take(urgent=False, most=10)
    one.let_pass(int(claims.LEASE.total_seconds()) + 1)
    (second,) = claims.take(urgent=False, most=10)
    assert second.attempts == 2
    # The first one comes back to life: what it marks is not its own any more.
    claims.done([first])
    assert receipt().state == State.PENDING
    claims.done([second])
    assert receipt().state == State.DONE


def test_somebody_faster_leaves_nothing_to_take(one: Live) -> None:
    def faster(*_args: Any, **_kwargs: Any) -> Any:
        CallbackReceipt.objects.update(due_at=now() + claims.LEASE, claimed_by="faster", attempts=1)
        return mock.Mock(hex="slower")

    with mock.patch("wecom.callbacks.claims.uuid.uuid4", faster):
        assert claims.take(urgent=False, most=10) == []
    assert (receipt().claimed_by, receipt().attempts) == ("faster", 1)


def test_the_longest_due_are_taken_first_and_no_more_than_wanted(live: Live) -> None:
    for number in range(5):
        live.company.befriend("lina", f"wm{number}")
    live.tell()
    CallbackReceipt.objects.update(urgent=False)
    live.let_pass(1)
    CallbackReceipt.objects.filter(external_userid="wm3").update(due_at=now() - dt.timedelta(hours=1))
    taken = claims.take(urgent=False, most=2)
    assert "wm3" in {row.external_userid for row in taken}
    assert len(taken) == 2


def test_urgent_ones_are_for_their_own_lane_until_it_has_left_them_lying(one: Live) -> None:
    CallbackReceipt.objects.update(urgent=True, due_at=now())
    assert drain.once(urgent=False) == 0
    one.let_pass(6)
    assert drain.once(urgent=False) == 1
    assert receipt().state == State.DONE


def test_what_is_not_due_is_left(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.tell()
    CallbackReceipt.objects.update(due_at=now() + dt.timedelta(seconds=30))
    assert drain.once() == 0
    assert receipt().attempts == 0


# --- Failures ---


def failing(live: Live, code: int) -> None:
    live.box.server.faults.set(errors={"externalcontact/get": {code: 1.0}})


def test_a_failure_is_tried_again_with_growing_pauses_and_then_left_to_a_person(one: Live) -> None:
    failing(one, 81026)
    pauses = []
    for _ in range(MOST_TRIES):
        before = now()
        assert drain.once() == 1
        row = receipt()
        pauses.append(round((row.due_at - before).total_seconds()))
        if row.state == State.PENDING:
            one.let_pass(max(pauses[-1], 0) + 1)
    assert pauses[:-1] == [pause_after(n).total_seconds() for n in range(1, MOST_TRIES)]
    row = receipt()
    assert (row.state, row.attempts, row.error_code) == (State.DEAD, MOST_TRIES, 81026)
    assert row.last_error.startswith("Busy: externalcontact/get: 81026")
    assert row.settled_at is not None
    assert drain.once() == 0


def test_mended_it_is_done_and_the_error_is_gone(one: Live) -> None:
    failing(one, 81026)
    drain.once()
    one.box.server.faults.off()
    one.let_pass(2)
    drain.once()
    row = receipt()
    assert (row.state, row.last_error, row.error_code) == (State.DONE, "", None)
    assert one.pairs() == {("lina", "wmA"): "ACTIVE"}


def test_a_closed_window_is_waited_for_and_costs_no_try(one: Live) -> None:
    until = now() + dt.timedelta(hours=1)
    with mock.patch("wecom.callbacks.customers.refreshing.read_customers", side_effect=Closed(45009, "x", until=until)):
        drain.once()
    row = receipt()
    assert (row.state, row.attempts, row.due_at, row.error_code) == (State.PENDING, 0, until, 45009)


def test_a_company_without_an_app_waits_until_it_has_one(one: Live) -> None:
    WecomApp.objects.update(main=False)
    drain.once()
    assert (receipt().state, receipt().last_error) == (State.PENDING, "NotConnected: ")
    WecomApp.objects.update(main=True)
    one.let_pass(2)
    drain.once()
    assert receipt().state == State.DONE


def test_a_receipt_that_kills_whoever_works_on_it_runs_out_of_tries(one: Live) -> None:
    CallbackReceipt.objects.update(attempts=MOST_TRIES)
    assert drain.once() == 0
    row = receipt()
    assert (row.state, row.last_error) == (State.DEAD, "WorkerLost: the process ended during the last try")


def test_one_bad_box_of_a_job_does_not_spoil_the_others(live: Live) -> None:
    for customer in ("wmA", "wmB", "wmC"):
        live.company.befriend("lina", customer)
    live.tell()
    CallbackReceipt.objects.update(urgent=False)
    live.let_pass(1)
    apply = customers._apply

    def spoilt(boxes: Any, reading: Any, again: Any) -> None:
        if any(box.ident == "wmB" for box in boxes):
            raise ValueError("wmB")
        apply(boxes, reading, again)

    with mock.patch("wecom.callbacks.customers._apply", spoilt):
        drain.once()
    assert live.states() == [State.DONE, State.PENDING, State.DONE]
    assert set(live.pairs()) == {("lina", "wmA"), ("lina", "wmC")}


# --- Killed ---


class Killed(BaseException):
    """As if the process had ended: nobody catches it, transactions are undone."""


STEPS = ["callback.claimed", "callback.greeted", "callback.read", "mirror.page_applied", "callback.applied"]
_SEEN_BY = [drain, customers, chats, tags, house]


def killed_at(step: str) -> Callable[[str], None]:
    def failpoint(name: str) -> None:
        if name == step:
            raise Killed(name)

    return failpoint


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_it_is_done_again_and_once(one: Live, step: str) -> None:
    patches = [mock.patch.object(module, "failpoint", killed_at(step)) for module in _SEEN_BY]
    patches.append(mock.patch("customers.mirroring.pages.failpoint", killed_at(step)))
    for patch in patches:
        patch.start()
    with pytest.raises(Killed):
        drain.once()
    for patch in patches:
        patch.stop()
    assert one.pairs() == {}
    assert receipt().state == State.PENDING
    assert drain.once() == 0
    one.let_pass(int(claims.LEASE.total_seconds()) + 1)
    assert drain.once() == 1
    assert receipt().state == State.DONE
    assert one.pairs() == {("lina", "wmA"): "ACTIVE"}
    assert OutboxEvent.objects.filter(name="customer.followed").count() == 1


def test_killed_between_verifying_and_storing_wecom_sends_it_again(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    (event,) = live.happen()
    with (
        mock.patch("wecom.callbacks.receiving.failpoint", killed_at("callback.verified")),
        pytest.raises(Killed),
    ):
        live.tell([event])
    assert not CallbackReceipt.objects.exists()
    live.tell([event])
    live.work()
    assert live.pairs() == {("lina", "wmA"): "ACTIVE"}


# --- The loop ---


def stopping_after(turns: int) -> threading.Event:
    """An event that is set after so many pauses."""
    event, left = threading.Event(), [turns]

    def wait(_seconds: float | None = None) -> bool:
        left[0] -= 1
        if left[0] <= 0:
            event.set()
        return event.is_set()

    event.wait = wait  # type: ignore[method-assign]
    return event


def test_the_loop_sits_out_a_database_that_is_away(db: None) -> None:
    away = OperationalError(2006, "gone")
    with mock.patch("wecom.callbacks.drain._take", side_effect=[away, away, []]) as take:
        drain.run(stopping_after(3), urgent=False)
    assert take.call_count == 3


def test_jobs_hold_boxes_of_one_company_and_kind_and_keep_every_thread_busy(live: Live) -> None:
    for number in range(30):
        live.company.befriend("lina", f"wm{number:02}")
    live.company.open_chat("lina")
    live.tell()
    jobs = list(drain._jobs(list(CallbackReceipt.objects.order_by("pk")), threads=8))
    assert [(len(job), job[0].kind) for job in jobs] == [(4, "customer")] * 7 + [(2, "customer"), (1, "chat")]
    (alone,) = drain._jobs(list(CallbackReceipt.objects.filter(chat_id=""))[:15], threads=1)
    assert len(alone) == 15
