"""Whoever works on it may die at any line: each customer is sent once, and each attempt comes to its end."""

import datetime as dt
import threading
from collections import Counter
from typing import Any

import pytest

from core.failpoints import FailpointHit
from core.time import now
from customers import tagging
from customers.choices import RelationStatus
from customers.models import CustomerTag, TransferItem, TransferJob
from messaging.models import OutboxEvent
from tags.models import Tag
from tests.wecom.transfers.conftest import BY, Desk
from wecom.client.transport import client_for
from wecom.transfers import doubting, leases, sending, working

PLACES = ["claimed", "called", "stored", "polled", "mirrored", "carried"]
SEND = ["externalcontact/transfer_customer"]


def put_tag(desk: Desk) -> None:
    tag = Tag.objects.get(name="甲")
    lina = desk.employee("lina").pk
    tagging.add_tags(customer=desk.customer(), tag_ids=[tag.pk], follower_id=lina, **BY)
    desk.push()


@pytest.mark.parametrize("place", PLACES)
def test_one_who_dies_anywhere_is_followed_by_another_who_ends_it(desk: Desk, fail: Any, place: str) -> None:
    put_tag(desk)
    job = desk.begin("wang")
    fail(f"transfer.{place}")
    died = 0
    for _day in range(2):
        try:
            desk.work(job)
        except FailpointHit:
            died += 1
            fail()
            desk.later(minutes=5)
            desk.work(job)
        desk.company.finish_transfers()
    assert died == 1
    job = desk.work(job) if job.finished_at is None else job
    job.refresh_from_db()
    assert (desk.states(job), job.state) == (["done"] * 3, "done")
    assert Counter(desk.started()) == dict.fromkeys(desk.externals, 1)
    assert desk.relation("lina").status == RelationStatus.ENDED_BY_TRANSFER
    assert CustomerTag.objects.filter(follower=desk.employee("wang"), tag__name="甲").count() == 1
    told = Counter(OutboxEvent.objects.filter(name__startswith="customer.transfer").values_list("name", flat=True))
    assert told == {"customer.transfer.requested": 3, "customer.transfer.done": 3}


def test_customers_marked_as_being_sent_are_not_sent_before_the_results_were_read(desk: Desk, fail: Any) -> None:
    job = desk.begin("wang")
    fail("transfer.called")
    with pytest.raises(FailpointHit):
        desk.work(job)
    fail()
    assert (desk.states(job), desk.calls("transfer_customer")) == (["sending"] * 3, 1)
    # Too early: WeCom may not show yet what it has begun.
    job = desk.work(job)
    assert (desk.states(job), desk.calls("transfer_customer"), desk.calls("transfer_result")) == (["sending"] * 3, 1, 0)
    assert job.due_at <= now() + doubting.PAUSE
    desk.later(minutes=2)
    desk.work(job)
    assert (desk.states(job), desk.calls("transfer_customer")) == (["waiting"] * 3, 1)


@pytest.mark.parametrize(("fault", "calls"), [("lost", 1), ("dropped", 2)])
def test_a_call_without_an_answer_is_looked_for_and_sent_again_only_where_it_was_not_begun(
    desk: Desk, fault: str, calls: int
) -> None:
    job = desk.begin("wang")
    desk.box.server.faults.set(only=SEND, **{fault: 1.0})
    job = desk.work(job)
    desk.box.server.faults.off()
    assert desk.states(job) == ["sending"] * 3
    assert TransferItem.objects.filter(doubted=True).count() == 3
    assert job.error_code is not None
    desk.later(minutes=2)
    desk.work(job)
    assert desk.states(job) == ["waiting"] * 3
    assert Counter(desk.started()) == dict.fromkeys(desk.externals, 1)
    assert len(desk.started()) == 3


def test_one_that_is_on_its_way_by_the_try_without_an_answer_waits_like_the_others(desk: Desk) -> None:
    """WeCom showed no result yet when it was looked at: the second call tells that the first had begun."""
    job = desk.begin("wang")
    desk.box.server.faults.set(only=SEND, lost=1.0)
    desk.work(job)
    desk.box.server.faults.off()
    TransferItem.objects.update(state="queued")
    desk.work(job)
    assert desk.states(job) == ["waiting"] * 3
    assert len(desk.started()) == 3


def test_an_answer_that_leaves_somebody_out_puts_them_in_doubt(desk: Desk) -> None:
    job = desk.begin("wang")
    taken = desk.take(job)
    batch = leases.under(taken, lambda row: sending.claiming.claim(row, most=100))
    ids = [item.pk for item in batch.items.values()]
    first = sending._answers(batch, [{"external_userid": desk.externals[0], "errcode": 0}])
    leases.under(taken, lambda row: sending.store(row, ids, first))
    assert desk.states(job) == ["waiting", "sending", "sending"]
    assert list(job.items.order_by("pk").values_list("doubted", flat=True)) == [False, True, True]


def earlier(desk: Desk, refuse: bool) -> TransferJob:
    """A transfer of the first customer from lina to wang, and back to where they were."""
    job = desk.work(desk.begin("wang", some=1))
    if refuse:
        desk.company.refuse_transfer("wang", desk.externals[0])
    desk.company.finish_transfers()
    desk.company.advance(60)
    job = desk.work(job)
    if not refuse:
        desk.company.delete_by_employee("wang", desk.externals[0])
        desk.company.befriend("lina", desk.externals[0])
        desk.box.sync("customers")
    return job


def test_the_result_of_an_earlier_takeover_is_not_taken_for_this_one(desk: Desk, fail: Any) -> None:
    earlier(desk, refuse=False)
    job = desk.begin("wang", some=1)
    fail("transfer.claimed")
    with pytest.raises(FailpointHit):
        desk.work(job)
    fail()
    desk.later(minutes=2)
    desk.work(job)
    assert (desk.states(job), len(desk.started())) == (["waiting"], 2)


def test_where_an_earlier_refusal_can_not_be_told_from_this_one_nothing_is_sent(desk: Desk, fail: Any) -> None:
    earlier(desk, refuse=True)
    job = desk.begin("wang", some=1)
    fail("transfer.claimed")
    with pytest.raises(FailpointHit):
        desk.work(job)
    fail()
    desk.later(minutes=2)
    desk.work(job)
    assert (desk.states(job), job.items.get().reason, len(desk.started())) == (["failed"], "in_doubt", 1)


class TestLeases:
    def test_a_job_is_one_workers_at_a_time(self, desk: Desk) -> None:
        job = desk.begin("wang")
        assert leases.take()
        assert leases.take(job.pk) is None

    def test_what_is_not_due_is_nobodys(self, desk: Desk) -> None:
        desk.draw("wang")
        assert leases.take() is None
        job = desk.begin("zhou")
        TransferJob.objects.filter(pk=job.pk).update(due_at=now() + dt.timedelta(hours=1))
        assert leases.take() is None

    def test_one_that_comes_back_after_its_lease_sends_and_stores_nothing(self, desk: Desk) -> None:
        job = desk.begin("wang")
        late = desk.take(job)
        desk.work(job)
        before = list(TransferItem.objects.values())
        with pytest.raises(leases.Fenced):
            sending.send_next(late, client_for(job.corp_id))
        with pytest.raises(leases.Fenced):
            leases.release(late, until=now())
        assert list(TransferItem.objects.values()) == before
        assert desk.calls("transfer_customer") == 1

    def test_a_fenced_worker_ends_its_round_quietly(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        job = desk.begin("wang")

        def overtaken(*args: Any) -> bool:
            TransferJob.objects.update(fence=99)
            return leases.under(taken, lambda row: True)

        monkeypatch.setattr(doubting, "resolve", overtaken)
        taken = desk.take(job)
        from_before = desk.states(job)
        leases_before = TransferJob.objects.get().taken_until
        working.work(taken, stopping=threading.Event())
        assert (desk.states(job), TransferJob.objects.get().taken_until) == (from_before, leases_before)
