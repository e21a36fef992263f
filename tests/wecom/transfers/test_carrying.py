"""What the old follower knew goes along to the new one, and to WeCom."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from corps.actors import SYSTEM
from corps.policy import actor_of_user
from customers import remarks, tagging
from customers.choices import RelationStatus
from customers.models import Customer, CustomerTag, FollowRelation, TransferItem, TransferJob
from customers.transfers import carrying
from followups import writing
from followups.models import FollowUp
from messaging.models import OutboxEvent
from tags import catalog
from tags.models import Tag
from tests import make
from tests.wecom.transfers.conftest import BY, Desk

NOTES: dict[str, Any] = {
    "remark": "张三-展会",
    "description": "想要报价",
    "remark_corp_name": "甲公司",
    "remark_mobiles": ["13800000000"],
}


def prepare(desk: Desk, *tags: str, n: int = 0, **notes: Any) -> None:
    lina = desk.employee("lina").pk
    remarks.change_remark(customer=desk.customer(n), employee_id=lina, **(notes or NOTES), **BY)
    ids = [Tag.objects.get(name=name).pk for name in tags or ("甲", "乙")]
    tagging.add_tags(customer=desk.customer(n), tag_ids=ids, follower_id=lina, **BY)
    desk.push()


def hand_over(desk: Desk, between: Any = None) -> TransferJob:
    job = desk.work(desk.begin("wang", some=1))
    if between:
        between()
    desk.company.finish_transfers()
    job = desk.work(job)
    desk.push()
    return job


def names(desk: Desk, userid: str) -> list[str]:
    rows = CustomerTag.objects.filter(customer=desk.customer(), follower=desk.employee(userid))
    return sorted(rows.values_list("tag__name", flat=True))


def test_notes_and_tags_are_the_new_followers_here_and_in_wecom(desk: Desk) -> None:
    prepare(desk)
    job = hand_over(desk)
    relation = desk.relation("wang")
    assert {name: getattr(relation, name) for name in NOTES} == NOTES
    assert names(desk, "wang") == ["乙", "甲"]
    row = CustomerTag.objects.filter(follower=desk.employee("wang")).first()
    assert (row.source, row.actor) == ("transfer", "system")
    theirs = desk.company.follows["wang"][desk.externals[0]]
    assert (theirs.remark, theirs.description, theirs.remark_mobiles) == ("张三-展会", "想要报价", ["13800000000"])
    assert sorted(desk.company.tags[tag].name for tag in theirs.tags) == ["乙", "甲"]
    assert job.items.get().carried_at


def test_the_old_followers_own_stay_as_they_were(desk: Desk) -> None:
    prepare(desk)
    hand_over(desk)
    old = desk.relation("lina")
    assert (old.status, old.remark) == (RelationStatus.ENDED_BY_TRANSFER, "张三-展会")
    assert names(desk, "lina") == ["乙", "甲"]


def test_what_the_new_follower_has_noted_already_is_theirs(desk: Desk) -> None:
    prepare(desk)

    def note() -> None:
        desk.company.finish_transfers()
        desk.company.edit_follow("wang", desk.externals[0], remark="自己的备注")

    hand_over(desk, note)
    relation = desk.relation("wang")
    assert (relation.remark, relation.description) == ("自己的备注", "想要报价")


def test_a_tag_that_ended_on_the_way_is_not_carried_along(desk: Desk) -> None:
    prepare(desk)
    tag = Tag.objects.get(name="乙")
    hand_over(desk, lambda: catalog.delete_tag(tag=tag, by=SYSTEM, source="operator"))
    assert names(desk, "wang") == ["甲"]


def test_what_is_carried_over_is_what_was_there_when_it_was_sent(desk: Desk) -> None:
    prepare(desk)
    job = desk.work(desk.begin("wang", some=1))
    item = job.items.get()
    assert item.snapshot["remark"] == "张三-展会"
    assert item.snapshot["tag_ids"] == sorted(Tag.objects.filter(name__in=["甲", "乙"]).values_list("pk", flat=True))
    FollowRelation.objects.filter(pk=desk.relation("lina").pk).update(remark="")
    desk.company.finish_transfers()
    desk.work(job)
    assert desk.relation("wang").remark == "张三-展会"


def test_nothing_to_carry_wants_nothing_written(desk: Desk) -> None:
    before = desk.calls("remark"), desk.calls("mark_tag")
    hand_over(desk)
    assert (desk.calls("remark"), desk.calls("mark_tag")) == before


def test_follow_ups_are_the_new_followers_to_read(desk: Desk) -> None:
    customer = desk.customer()
    writing.write(
        customer=customer, content="打过电话", by=SYSTEM, source="operator", employee_id=desk.employee("lina").pk
    )
    users = {userid: make.user(desk.box.corp, employee=desk.employee(userid)) for userid in ("lina", "wang")}

    def readers() -> dict[str, int]:
        return {u: FollowUp.objects.visible_to(actor_of_user(user)).count() for u, user in users.items()}

    assert readers() == {"lina": 1, "wang": 0}
    hand_over(desk)
    assert readers() == {"lina": 0, "wang": 1}


class TestCarryOver:
    @pytest.fixture
    def item(self, desk: Desk) -> TransferItem:
        """One that was taken over, and whose new relation is not shown yet."""
        prepare(desk)
        job = desk.begin("wang", some=1)
        desk.work(job)
        job.items.update(state="done", settled_at=now())
        return job.items.select_related("customer").get()

    def test_before_the_new_relation_is_shown_nothing_happens(self, desk: Desk, item: TransferItem) -> None:
        before = OutboxEvent.objects.count()
        assert carrying.carry_over(item=item, by=SYSTEM) is False
        item.refresh_from_db()
        assert item.carried_at is None
        assert OutboxEvent.objects.count() == before

    def test_one_that_is_not_shown_within_a_day_is_left(self, desk: Desk, item: TransferItem) -> None:
        assert carrying.carry_over(item=item, by=SYSTEM, final=True)
        item.refresh_from_db()
        assert item.carried_at
        assert desk.relation("wang") is None

    def test_the_second_time_it_does_nothing(self, desk: Desk, item: TransferItem) -> None:
        make.relation(desk.customer(), desk.employee("wang"))
        assert carrying.carry_over(item=item, by=SYSTEM)
        before = OutboxEvent.objects.count(), desk.customer().version
        assert carrying.carry_over(item=item, by=SYSTEM)
        assert (OutboxEvent.objects.count(), desk.customer().version) == before

    def test_one_that_was_refused_carries_nothing(self, desk: Desk, item: TransferItem) -> None:
        make.relation(desk.customer(), desk.employee("wang"))
        TransferItem.objects.update(state="refused")
        carrying.carry_over(item=item, by=SYSTEM)
        assert desk.relation("wang").remark == ""

    def test_of_a_customer_deleted_here_nothing_is_carried(self, desk: Desk, item: TransferItem) -> None:
        make.relation(desk.customer(), desk.employee("wang"))
        Customer.objects.update(status=0)
        assert carrying.carry_over(item=item, by=SYSTEM)
        assert desk.relation("wang").remark == ""


def test_a_customer_who_can_not_be_read_now_is_carried_over_later(desk: Desk) -> None:
    prepare(desk)
    job = desk.work(desk.begin("wang", some=1))
    desk.company.finish_transfers()
    desk.box.server.faults.set(errors={"externalcontact/get": {-1: 1.0}})
    job = desk.work(job)
    assert (desk.states(job), job.state) == (["done"], "running")
    assert job.due_at <= now() + dt.timedelta(seconds=30)
    desk.box.server.faults.off()
    job = desk.work(job)
    assert (job.state, desk.relation("wang").remark) == ("done", "张三-展会")


def test_where_wecom_may_not_be_asked_it_rests(desk: Desk) -> None:
    job = desk.work(desk.begin("wang", some=1))
    desk.company.finish_transfers()
    desk.box.server.faults.set(errors={"externalcontact/get": {48002: 1.0}})
    job = desk.work(job)
    assert (job.state, job.error_code, job.items.get().carried_at) == ("running", 48002, None)
