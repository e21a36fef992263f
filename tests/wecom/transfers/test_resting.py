"""What makes a transfer wait, and that nothing of it is lost by that."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.utils import timezone

from core.time import now
from customers.models import TransferItem, TransferJob
from customers.transfers import running
from tests.wecom.transfers.conftest import BY, Desk
from wecom.models import ApiClosure, WecomApp
from wecom.transfers import loop, working

SEND, RESULT = "externalcontact/transfer_customer", "externalcontact/transfer_result"


def refuse(desk: Desk, code: int, api: str = SEND) -> None:
    desk.box.server.faults.set(errors={api: {code: 1.0}})


def test_a_closed_window_holds_it_up_until_it_opens(desk: Desk) -> None:
    refuse(desk, 45009)
    job = desk.work(desk.begin("wang"))
    until = ApiClosure.objects.get(api=SEND).until
    assert (desk.states(job), job.due_at, job.error_code) == (["queued"] * 3, until, 45009)
    assert TransferItem.objects.filter(sent_at=None).count() == 3
    desk.box.server.faults.off()
    # Before that no call is made at all.
    calls = desk.calls("transfer_customer")
    job = desk.work(job)
    assert (desk.calls("transfer_customer"), job.due_at) == (calls, until)
    ApiClosure.objects.update(until=now() - dt.timedelta(seconds=1))
    job = desk.work(job)
    assert (desk.states(job), job.error_code, job.last_error) == (["waiting"] * 3, None, "")


@pytest.mark.parametrize("code", [-1, 45033, 6000])
def test_a_busy_wecom_is_asked_again_and_nothing_counts_as_sent(desk: Desk, code: int) -> None:
    refuse(desk, code)
    job = desk.work(desk.begin("wang"))
    assert desk.states(job) == ["queued"] * 3
    assert now() < job.due_at <= now() + working.UNREACHABLE_REST
    desk.box.server.faults.off()
    ApiClosure.objects.all().delete()
    assert desk.states(desk.work(job)) == ["waiting"] * 3


@pytest.mark.parametrize("code", [48002, 60020])
def test_a_missing_right_leaves_everything_unsent_until_somebody_has_acted(desk: Desk, code: int) -> None:
    refuse(desk, code)
    job = desk.work(desk.begin("wang"))
    assert (desk.states(job), job.error_code) == (["queued"] * 3, code)
    assert job.due_at > now() + dt.timedelta(minutes=5)
    assert job.state == "running"


def test_a_company_that_is_not_connected_any_more_waits(desk: Desk) -> None:
    job = desk.begin("wang")
    WecomApp.objects.update(active=False)
    job = desk.work(job)
    assert (desk.states(job), job.last_error) == (["queued"] * 3, "not_connected")
    WecomApp.objects.update(active=True)
    assert desk.states(desk.work(job)) == ["waiting"] * 3


@pytest.mark.parametrize(
    ("code", "reason"), [(84074, "taker_not_allowed"), (60111, "employee_unknown"), (40058, "wecom_refused")]
)
def test_what_speaks_against_the_pair_ends_its_customers_with_the_code(desk: Desk, code: int, reason: str) -> None:
    refuse(desk, code)
    job = desk.work(desk.begin("wang"))
    assert {(i.state, i.error_code, i.reason) for i in job.items.all()} == {("failed", code, reason)}
    assert job.state == "done"


def test_results_that_can_not_be_read_are_read_later(desk: Desk) -> None:
    job = desk.work(desk.begin("wang"))
    desk.company.finish_transfers()
    refuse(desk, 45009, RESULT)
    job = desk.work(job)
    assert (desk.states(job), job.error_code) == (["waiting"] * 3, 45009)
    desk.box.server.faults.off()
    ApiClosure.objects.all().delete()
    assert desk.work(job).state == "done"


def test_a_paused_transfer_sends_nothing_and_its_results_are_read(desk: Desk) -> None:
    job = desk.begin("wang")
    TransferItem.objects.filter(pk=job.items.first().pk).update(state="waiting", sent_at=now())
    running.pause(job=job, **BY)
    job = desk.work(job)
    assert (desk.states(job), desk.calls("transfer_customer"), desk.calls("transfer_result")) == (
        ["waiting", "queued", "queued"],
        0,
        1,
    )
    running.resume(job=job, **BY)
    job = desk.work(job)
    assert (desk.states(job), desk.calls("transfer_customer")) == (["waiting"] * 3, 1)


def test_a_paused_transfer_of_which_nothing_was_sent_is_not_looked_at(desk: Desk) -> None:
    job = desk.begin("wang")
    running.pause(job=job, **BY)
    job = desk.work(job)
    assert (job.state, job.due_at) == ("paused", None)
    running.resume(job=job, **BY)
    assert desk.states(desk.work(job)) == ["waiting"] * 3


def test_what_was_sent_before_it_was_called_off_comes_to_its_end(desk: Desk) -> None:
    job = desk.begin("wang")
    TransferItem.objects.filter(pk=job.items.last().pk).update(state="excluded", reason="blacklisted")
    job = desk.work(job)
    TransferItem.objects.filter(pk=job.items.last().pk).update(state="queued", reason="")
    running.cancel(job=job, **BY)
    job.refresh_from_db()
    assert (desk.states(job), job.state, job.finished_at) == (["waiting", "waiting", "cancelled"], "cancelled", None)
    desk.company.finish_transfers()
    job = desk.work(job)
    assert (desk.states(job), job.state) == (["done", "done", "cancelled"], "cancelled")
    assert job.finished_at
    assert desk.relation("lina", 2).status == 1


def test_one_in_doubt_of_a_job_called_off_is_not_sent_again(desk: Desk) -> None:
    job = desk.begin("wang")
    desk.box.server.faults.set(only=[SEND], dropped=1.0)
    desk.work(job)
    desk.box.server.faults.off()
    running.cancel(job=job, **BY)
    desk.later(minutes=2)
    job = desk.work(job)
    assert (desk.states(job), desk.started(), job.state) == (["cancelled"] * 3, [], "cancelled")
    assert job.finished_at


class TestNoRecord:
    def test_it_is_believed_after_a_while_only(self, desk: Desk) -> None:
        job = desk.work(desk.begin("wang"))
        desk.company.transfers.clear()
        desk.company.open_transfers.clear()
        assert desk.states(desk.work(job)) == ["waiting"] * 3
        desk.later(hours=47)
        assert desk.states(desk.work(job)) == ["waiting"] * 3
        desk.later(hours=2)
        job = desk.work(job)
        assert (desk.states(job), job.state) == (["no_record"] * 3, "done")
        assert desk.relation("lina").status == 1

    def test_where_wecom_says_so_it_is_believed_sooner(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        job = desk.work(desk.begin("wang"))
        for external in desk.externals:
            desk.company.forget_transfer("wang", external)
        assert desk.states(desk.work(job)) == ["waiting"] * 3
        desk.later(minutes=11)
        assert desk.states(desk.work(job)) == ["no_record"] * 3


class TestTheNextLook:
    def look(self, job: TransferJob) -> dt.timedelta:
        found = working._next_look(job)
        assert found
        return found - timezone.now()

    def test_while_they_wait_it_is_every_half_hour(self, desk: Desk) -> None:
        job = desk.work(desk.begin("wang"))
        assert dt.timedelta(minutes=29) < self.look(job) <= working.POLL

    def test_a_takeover_that_is_near_is_looked_at_just_after(self, desk: Desk) -> None:
        job = desk.work(desk.begin("wang"))
        TransferItem.objects.update(takeover_time=now() + dt.timedelta(minutes=5))
        assert dt.timedelta(minutes=5) < self.look(job) <= dt.timedelta(minutes=6)

    def test_what_is_to_be_sent_is_due_at_once(self, desk: Desk) -> None:
        assert self.look(desk.begin("wang")) <= dt.timedelta()


def test_the_loop_works_on_what_is_due_until_it_is_told_to_stop(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    job = desk.begin("wang")
    stopping = threading.Event()
    monkeypatch.setattr(stopping, "wait", lambda seconds: stopping.set())
    loop.run(stopping)
    assert desk.states(job) == ["waiting"] * 3


def test_one_told_to_stop_leaves_the_rest_to_the_next(desk: Desk) -> None:
    job = desk.begin("wang")
    stopping: Any = threading.Event()
    stopping.set()
    working.work(desk.take(job), stopping=stopping)
    job.refresh_from_db()
    assert desk.states(job) == ["queued"] * 3
    assert job.due_at <= now()
    assert job.taken_until is None
