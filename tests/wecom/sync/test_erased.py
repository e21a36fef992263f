"""Whoever was erased stays away, whatever WeCom goes on showing of them."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import BinaryField, CharField, JSONField, TextField

from core.personal import our_models
from core.time import now
from corps import tickets
from corps.actors import SYSTEM
from customers import mirroring
from customers.choices import CustomerStatus, RelationStatus
from customers.facts import Ending
from customers.models import Customer, FollowRelation, RelationEpisode
from customers.privacy import erasing
from groups.models import GroupChat, GroupMember
from messaging.models import OutboxEvent
from tests.wecom.sandboxed import Sandboxed
from tests.wecom.sync.furniture import furnish
from wecom import refreshing


def named(*words: str) -> set[str]:
    """Table and column of all texts in which one of these words stands."""
    found = set()
    for model in our_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, (CharField, TextField, JSONField, BinaryField)):
                text = connection.ops.quote_name(field.column)
                text = text if connection.vendor == "mysql" else f"CAST({text} AS TEXT)"
                either = " OR ".join([f"{text} LIKE %s"] * len(words))
                with connection.cursor() as cursor:
                    table = connection.ops.quote_name(model._meta.db_table)
                    cursor.execute(
                        f"SELECT COUNT(*) FROM {table} WHERE {either}",
                        [f"%{connection.ops.prep_for_like_query(word)}%" for word in words],
                    )
                    if cursor.fetchone()[0]:
                        found.add(f"{model._meta.db_table}.{field.column}")
    return found


@pytest.fixture
def gone(box: Sandboxed) -> dict[str, Any]:
    """Somebody who was mirrored, is in a group, and has been erased; WeCom goes on showing them."""
    furnish(box)
    box.sync()
    member = GroupMember.objects.exclude(customer=None).order_by("id").first()
    assert member
    customer = Customer.objects.get(pk=member.customer_id)
    userid = FollowRelation.objects.filter(customer=customer).values_list("employee__userid", flat=True)[0]
    assert {"customer.external_userid", "group_member.userid", "outbox_event.payload"} <= named(
        customer.external_userid
    )
    erasing.erase(customer=customer, reason="r", by=SYSTEM, source="api")
    return {"external_userid": customer.external_userid, "pk": customer.pk, "userid": userid, "chat": member.chat_id}


def counted() -> tuple[int, ...]:
    tables = (Customer, FollowRelation, RelationEpisode, GroupMember, GroupChat)
    return tuple(table.objects.count() for table in tables)


def test_three_syncs_bring_nobody_back(box: Sandboxed, gone: dict[str, Any]) -> None:
    before, chat = counted(), GroupChat.objects.get(pk=gone["chat"])
    for _time in range(3):
        runs = box.sync()
        assert {run.state for run in runs} == {"done"}
    assert named(gone["external_userid"]) == set()
    assert counted() == before
    left = Customer.objects.get(pk=gone["pk"])
    assert (left.status, left.name) == (CustomerStatus.DELETED, None)
    assert not FollowRelation.objects.filter(customer=left, status=RelationStatus.ACTIVE).exists()
    # The group counts them as it did, under a name that is nobody's.
    seen = GroupChat.objects.get(pk=gone["chat"])
    assert (seen.member_count, seen.customer_count) == (chat.member_count, chat.customer_count)
    member = GroupMember.objects.get(chat=seen, customer=left, left_at=None)
    assert (member.userid, member.name, member.unionid) == (left.external_userid, "", None)


def test_nobody_is_told_of_them_again(box: Sandboxed, gone: dict[str, Any]) -> None:
    box.sync()
    before = OutboxEvent.objects.count()
    box.sync()
    assert OutboxEvent.objects.count() == before
    assert not OutboxEvent.objects.filter(name="customer.unfollowed", aggregate_id=gone["pk"]).exists()


def test_a_callback_about_them_stores_nobody(box: Sandboxed, gone: dict[str, Any]) -> None:
    before, told = counted(), OutboxEvent.objects.count()
    refreshing.refresh_customer(corp_id=box.corp.pk, external_userid=gone["external_userid"], source="callback")
    assert (counted(), OutboxEvent.objects.count()) == (before, told)


def test_that_they_deleted_a_colleague_is_news_of_nobody(box: Sandboxed, gone: dict[str, Any]) -> None:
    before = counted()
    ending = Ending(gone["external_userid"], gone["userid"], RelationStatus.ENDED_BY_CUSTOMER, now())
    tally = mirroring.end_pairs(
        corp_id=box.corp.pk, endings=[ending], ticket=tickets.draw(box.corp.pk), by=SYSTEM, source="callback"
    )
    assert tally.unknown_pairs == {(gone["external_userid"], gone["userid"])}
    assert counted() == before


def test_others_go_on_being_mirrored(box: Sandboxed, gone: dict[str, Any]) -> None:
    living = FollowRelation.objects.filter(status=RelationStatus.ACTIVE)
    before = set(living.values_list("customer_id", "employee_id"))
    box.sync()
    assert set(living.values_list("customer_id", "employee_id")) == before
    assert before
