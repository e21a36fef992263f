"""From the sheet to the last result, against a company that refuses, waits and fills up as WeCom does."""

import datetime as dt
from collections import Counter
from typing import Any

from corps.choices import Role
from customers.choices import AddWay, RelationStatus
from customers.models import Customer, FollowRelation, RelationEpisode, TransferItem
from messaging.models import OutboxEvent
from tests import make
from tests.console.conftest import entered, page
from tests.wecom import sandboxed
from tests.wecom.transfers.conftest import Desk, furnished

DAY = 86_400


def events(name: str) -> list[dict[str, Any]]:
    rows = OutboxEvent.objects.filter(name=f"customer.transfer.{name}").order_by("id")
    return [row.payload["data"] for row in rows]


def moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def test_a_start_is_no_result_and_the_future_takeover_is_shown(desk: Desk) -> None:
    job = desk.work(desk.begin("wang"))
    assert desk.states(job) == ["waiting"] * 3
    assert desk.calls("transfer_customer") == 1
    item = job.items.first()
    assert item.takeover_time - item.sent_at >= dt.timedelta(hours=24)
    told = {"customerId", "transferId", "itemId", "handoverId", "takerId", "takeoverTime"}
    assert [set(data) for data in events("requested")] == [told] * 3
    # Half a day later it waits still, and the moment is WeCom's own.
    desk.company.advance(DAY // 2)
    before = OutboxEvent.objects.count()
    job = desk.work(job)
    assert desk.states(job) == ["waiting"] * 3
    assert {item.takeover_time for item in job.items.all()} == {moment(desk.company.transfers[0].due)}
    assert OutboxEvent.objects.count() == before
    assert desk.relation("lina").status == RelationStatus.ACTIVE


def test_after_the_wait_the_old_relation_ends_as_transferred_and_the_new_one_begins(desk: Desk) -> None:
    job = desk.work(desk.begin("wang"))
    desk.company.finish_transfers()
    job = desk.work(job)
    due = moment(desk.company.transfers[0].due)
    assert (desk.states(job), job.state, job.due_at) == (["done"] * 3, "done", None)
    assert job.finished_at
    old, new = desk.relation("lina"), desk.relation("wang")
    assert (old.status, old.ended_at) == (RelationStatus.ENDED_BY_TRANSFER, due)
    assert (new.status, new.add_way, new.add_time) == (RelationStatus.ACTIVE, AddWay.ASSIGNED, due)
    stays = RelationEpisode.objects.filter(customer=desk.customer()).order_by("began_at")
    assert [(stay.employee.userid, stay.ended_by, stay.noticed) for stay in stays] == [
        ("lina", RelationStatus.ENDED_BY_TRANSFER, False),
        ("wang", None, False),
    ]
    assert desk.customer().follow_user == desk.employee("wang")
    assert [data["itemId"] for data in events("done")] == [item.pk for item in job.items.order_by("pk")]


def test_each_event_has_a_version_of_its_own(desk: Desk) -> None:
    job = desk.work(desk.begin("wang"))
    desk.company.finish_transfers()
    desk.work(job)
    rows = OutboxEvent.objects.filter(aggregate_type="customer").values_list("aggregate_id", "aggregate_version")
    assert len(rows) == len(set(rows))
    last = {pk: max(v for c, v in rows if c == pk) for pk, _v in rows}
    assert last == dict(Customer.objects.values_list("pk", "version"))


def test_the_callback_of_the_takeover_finds_nothing_left_to_do(desk: Desk) -> None:
    job = desk.work(desk.begin("wang", some=1))
    desk.company.finish_transfers()
    desk.work(job)
    before = list(FollowRelation.objects.order_by("pk").values_list("status", flat=True))
    for run in desk.box.sync("customers"):
        assert (run.report["ended"], run.report["new"]) == (0, 0)
    assert list(FollowRelation.objects.order_by("pk").values_list("status", flat=True)) == before


def test_one_who_refuses_stays_with_whom_they_were(desk: Desk) -> None:
    job = desk.work(desk.begin("wang"))
    desk.company.refuse_transfer("wang", desk.externals[1])
    desk.company.finish_transfers()
    job = desk.work(job)
    assert desk.states(job) == ["done", "refused", "done"]
    assert (desk.relation("lina", 1).status, desk.relation("wang", 1)) == (RelationStatus.ACTIVE, None)
    (data,) = events("failed")
    assert (data["customerId"], data["reason"], data["takerId"]) == (
        desk.customer(1).pk,
        "customer_refused",
        desk.employee("wang").pk,
    )
    assert job.state == "done"


def test_a_taker_who_is_full_by_then_takes_no_more(desk: Desk) -> None:
    desk.company.employees["wang"].customer_limit = 2
    job = desk.work(desk.begin("wang"))
    desk.company.finish_transfers()
    job = desk.work(job)
    assert Counter(desk.states(job)) == {"done": 2, "full": 1}
    assert [data["reason"] for data in events("failed")] == ["customer_limit_exceed"]


def test_one_that_wecom_has_no_record_of_ends_as_that_and_is_shown_so(desk: Desk) -> None:
    job = desk.work(desk.begin("wang"))
    desk.company.forget_transfer("wang", desk.externals[1])
    desk.company.finish_transfers()
    # WeCom has said that it was begun: at first the record may be on its way still.
    assert desk.states(desk.work(job)) == ["done", "waiting", "done"]
    desk.later(minutes=11)
    job = desk.work(job)
    assert (desk.states(job), job.state) == (["done", "no_record", "done"], "done")
    assert (desk.relation("lina", 1).status, desk.relation("wang", 1)) == (RelationStatus.ACTIVE, None)
    (data,) = events("failed")
    assert (data["customerId"], data["reason"], data["errorCode"]) == (desk.customer(1).pk, "no_record", None)
    client = entered(make.user(desk.box.corp, Role.ADMIN))
    shown = client.get(page(job, "change")).content.decode()
    assert "企业微信没有这次分配的记录" in shown
    (row,) = client.get(page(TransferItem, "changelist"), {"state__exact": "no_record"}).context["cl"].result_list
    assert row.customer == desk.customer(1)
    # It came to nothing, so it may be tried once more.
    assert [item.state for item in desk.draw("wang").items.order_by("pk")][1] == "ready"


def test_what_wecom_says_of_each_customer_is_kept_with_it(desk: Desk) -> None:
    job = desk.begin("wang")
    # Deleted there, without the mirror knowing; and on the way to somebody by WeCom's own pages.
    desk.company.delete_by_employee("lina", desk.externals[0])
    desk.company.start_transfer("lina", "zhou", desk.externals[1], resigned=False)
    job = desk.work(job)
    items = list(job.items.order_by("pk"))
    assert [(item.state, item.error_code, item.reason) for item in items] == [
        ("failed", 40131, "not_followed"),
        ("failed", 40129, "transferring"),
        ("waiting", None, ""),
    ]
    assert [(data["reason"], data["errorCode"]) for data in events("failed")] == [
        ("not_followed", 40131),
        ("transferring", 40129),
    ]
    assert all(item.settled_at for item in items[:2])


def test_a_third_time_in_ninety_days_is_refused_by_the_sheet_before_wecom_is_asked(desk: Desk) -> None:
    for giver, taker in (("lina", "wang"), ("wang", "lina")):
        job = desk.work(desk.begin(taker, some=1, giver=giver))
        desk.company.finish_transfers()
        job = desk.work(job)
        assert job.state == "done"
        desk.company.advance(60)
    calls = desk.calls("transfer_customer")
    (item,) = desk.draw("zhou", some=1).items.all()
    assert (item.state, item.reason, item.taker) == ("excluded", "too_often", None)
    assert desk.calls("transfer_customer") == calls == 2
    # Every attempt is history.
    assert list(TransferItem.objects.order_by("pk").values_list("state", flat=True)) == ["done", "done", "excluded"]


def test_one_handed_over_twice_without_us_is_refused_by_wecom(desk: Desk) -> None:
    for giver, taker in (("lina", "wang"), ("wang", "lina")):
        desk.company.start_transfer(giver, taker, desk.externals[0], resigned=False)
        desk.company.finish_transfers()
        desk.company.advance(60)
    job = desk.work(desk.begin("zhou", some=1))
    assert job.items.get().error_code == 40128
    assert job.state == "done"


def test_a_leavers_customers_go_in_hundreds_to_two_takers(db: None, settings: Any) -> None:
    settings.SYNC_CALLS_AT_ONCE = 1
    desk = furnished(230)
    try:
        desk.company.fire("lina")
        desk.box.sync("house")
        job = desk.begin("wang", "zhou")
        assert job.kind == "leaver"
        assert Counter(item.taker.userid for item in job.items.select_related("taker")) == {"wang": 115, "zhou": 115}
        job = desk.work(job)
        assert desk.calls("resigned/transfer_customer") == 4
        assert desk.states(job) == ["waiting"] * 230
        for n in range(3):
            desk.company.refuse_transfer(desk.company.transfers[n].takeover, desk.company.transfers[n].external_userid)
        desk.company.finish_transfers()
        job = desk.work(job)
        assert (Counter(desk.states(job)), job.state) == ({"done": 227, "refused": 3}, "done")
        assert len(desk.started()) == len(set(desk.started())) == 230
        mine = FollowRelation.objects.filter(employee=desk.employee("lina"))
        # Whose refusal leaves no relation at all is believed gone by the nightly sync, not by this.
        assert Counter(mine.values_list("status", flat=True)) == {4: 227, 1: 3}
        theirs = FollowRelation.objects.filter(employee__userid__in=["wang", "zhou"], status=RelationStatus.ACTIVE)
        assert theirs.count() == 227
    finally:
        sandboxed.disconnect()


def test_who_has_refused_a_leaver_is_not_tried_again(desk: Desk) -> None:
    desk.company.fire("lina")
    desk.box.sync("house")
    job = desk.work(desk.begin("wang", some=1))
    desk.company.refuse_transfer("wang", desk.externals[0])
    job = desk.work(job)
    assert desk.states(job) == ["refused"]
    (item,) = desk.draw("zhou", some=1).items.all()
    assert (item.state, item.reason) == ("excluded", "refused_before")
