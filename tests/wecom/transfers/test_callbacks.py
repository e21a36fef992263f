"""Transfers and WeCom's callbacks about them, through the service's own door: lost, doubled, late, first or last."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from core.time import now
from corps.actors import SYSTEM
from corps.models import Employee
from customers.choices import RelationStatus
from customers.models import Customer, FollowRelation, RelationEpisode, TransferItem, TransferJob
from customers.transfers import choosing, running, sheet
from messaging.models import OutboxEvent
from tests.wecom import sandboxed
from tests.wecom.callbacks import live as living
from tests.wecom.callbacks.live import Live
from wecom import refreshing
from wecom.callbacks import keys
from wecom.transfers import leases, working

AS: Any = {"by": SYSTEM, "source": "operator"}
Told = list[dict[str, Any]]


@pytest.fixture
def live(db: None, settings: Any) -> Iterator[Live]:
    """lina hands over to wangwu; every event of the company can reach the service."""
    settings.SYNC_CALLS_AT_ONCE = 1
    keys.forget()
    refreshing.forget()
    found = living.begin()
    for external in ("wmA", "wmB"):
        found.company.befriend("lina", external)
    found.settle()
    found.company.advance(60)
    yield found
    sandboxed.disconnect()


def begin(live: Live) -> TransferJob:
    people = {userid: Employee.objects.get(corp=live.box.corp, userid=userid) for userid in ("lina", "wangwu")}
    chosen = choosing.Chosen(list(Customer.objects.order_by("external_userid").values_list("pk", flat=True)))
    job = sheet.create(handover=people["lina"], takers=[people["wangwu"]], chosen=chosen, **AS)
    return work(running.start(job=job, **AS))


def work(job: TransferJob) -> TransferJob:
    TransferJob.objects.filter(pk=job.pk).update(due_at=now(), taken_until=None)
    taken = leases.take(job.pk)
    assert taken
    working.work(taken, stopping=threading.Event())
    job.refresh_from_db()
    return job


def states(job: TransferJob) -> list[str]:
    return list(job.items.order_by("pk").values_list("state", flat=True))


def failures() -> Told:
    rows = OutboxEvent.objects.filter(name="customer.transfer.failed").order_by("id")
    return [row.payload["data"] for row in rows]


def assert_handed_over(live: Live, external: str) -> None:
    """One relation is over as transferred, one has begun, and each stay is here once."""
    pairs = FollowRelation.objects.filter(customer__external_userid=external)
    found = dict(pairs.values_list("employee__userid", "status"))
    assert found == {"lina": RelationStatus.ENDED_BY_TRANSFER, "wangwu": RelationStatus.ACTIVE}
    stays = RelationEpisode.objects.filter(customer__external_userid=external).order_by("began_at")
    assert [(stay.employee.userid, stay.ended_by) for stay in stays] == [
        ("lina", RelationStatus.ENDED_BY_TRANSFER),
        ("wangwu", None),
    ]
    ended = OutboxEvent.objects.filter(name="customer.unfollowed", aggregate_id=stays[0].customer_id)
    assert [row.payload["data"]["endedBy"] for row in ended] == ["transfer"]


def test_a_refusal_settles_the_attempt_at_once(live: Live) -> None:
    job = begin(live)
    live.company.refuse_transfer("wangwu", "wmA")
    live.settle()
    assert states(job) == ["refused", "waiting"]
    (data,) = failures()
    item = job.items.get(state="refused")
    assert (data["itemId"], data["transferId"], data["handoverId"]) == (item.pk, job.pk, item.handover_id)
    assert live.pairs()["lina", "wmA"] == "ACTIVE"
    # The results say the same later, and that is no news.
    live.company.finish_transfers()
    live.settle()
    job = work(job)
    assert (states(job), job.state, len(failures())) == (["refused", "done"], "done", 1)


def test_a_refusal_that_is_told_twice_is_ours_once(live: Live) -> None:
    job = begin(live)
    live.company.refuse_transfer("wangwu", "wmA")
    (event,) = [e for e in live.happen() if e["ChangeType"] == "transfer_fail"]
    # Word for word the same is one receipt.
    live.tell([event, event])
    live.work()
    assert (states(job), len(failures())) == (["refused", "waiting"], 1)


def test_a_refusal_whose_callback_is_late_is_told_of_once(live: Live) -> None:
    job = begin(live)
    live.company.refuse_transfer("wangwu", "wmA")
    late = live.happen()
    job = work(job)
    assert (states(job), len(failures())) == (["refused", "waiting"], 1)
    live.tell(late)
    live.work()
    assert len(failures()) == 1


def test_a_refusal_whose_callback_is_lost_is_read(live: Live) -> None:
    job = begin(live)
    live.company.refuse_transfer("wangwu", "wmA")
    live.happen()
    job = work(job)
    assert (states(job), len(failures())) == (["refused", "waiting"], 1)


@pytest.mark.parametrize("order", ["callbacks first", "results first", "callbacks lost", "callbacks backwards"])
def test_a_takeover_is_the_same_whoever_tells_first(live: Live, order: str) -> None:
    job = begin(live)
    live.company.finish_transfers()
    told = live.happen()
    assert {event["ChangeType"] for event in told} == {"del_external_contact", "add_external_contact"}
    if order == "callbacks first":
        live.tell(told)
        live.work()
    job = work(job)
    if order == "results first":
        live.tell(told)
    elif order == "callbacks backwards":
        live.tell(reversed(told))
    for _look in range(3):
        live.let_pass(60)
        live.work()
    assert (states(job), job.state) == (["done", "done"], "done")
    for external in ("wmA", "wmB"):
        assert_handed_over(live, external)
    assert not TransferItem.objects.filter(carried_at=None).exists()


def test_a_transfer_made_in_wecoms_own_pages_is_mirrored_and_no_attempt_of_ours(live: Live) -> None:
    live.company.start_transfer("lina", "wangwu", "wmA", resigned=False)
    live.company.start_transfer("lina", "wangwu", "wmB", resigned=False)
    live.company.refuse_transfer("wangwu", "wmB")
    live.company.finish_transfers()
    live.settle()
    assert_handed_over(live, "wmA")
    assert live.pairs()["lina", "wmB"] == "ACTIVE"
    (data,) = failures()
    assert (data["itemId"], data["reason"]) == (None, "customer_refused")
    assert TransferItem.objects.count() == 0
