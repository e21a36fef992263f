"""Somebody seen in a group becomes a customer: their stays know it, by the event and by the next reading."""

import uuid
from typing import Any

import pytest

from groups import handlers, linking, tasks
from groups.models import GroupMember
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from scrm_customer.subscriptions import SUBSCRIPTIONS
from tests import make
from tests.conftest import Cast
from tests.groups.story import Story, one


def created(customer: Any) -> Incoming:
    """``customer.created`` as the inbox hands it to a handler."""
    payload = OutboxEvent.objects.get(name="customer.created", aggregate_id=customer.pk).payload
    return Incoming(str(uuid.uuid4()), "customer.created", customer.corp_id, payload["data"], 0)


def test_the_stays_of_a_new_customer_point_at_it_those_over_too(cast: Cast, story: Story) -> None:
    story.read(one("wmNew"), one("wmOther"))
    story.told("wmNew", minute=3)
    make.chat(cast.corp, cast.colleague, "wmNew")
    theirs = make.chat(cast.other_corp, cast.stranger, "wmNew")
    before = OutboxEvent.objects.exclude(name__startswith="customer").count()
    customer = make.customer(cast.corp, cast.owner, external_userid="wmNew")
    handlers.customer_created(created(customer))
    mine = GroupMember.objects.filter(corp=cast.corp, userid="wmNew")
    assert set(mine.values_list("customer_id", flat=True)) == {customer.pk}
    assert not GroupMember.objects.filter(chat=theirs).exclude(customer=None).exists()
    assert not GroupMember.objects.filter(userid="wmOther").exclude(customer=None).exists()
    # The link says nothing that the ids didn't: no group has changed.
    assert OutboxEvent.objects.exclude(name__startswith="customer").count() == before


def test_the_handler_reads_the_event_by_its_line_in_the_table() -> None:
    assert "groups.handlers.customer_created" in SUBSCRIPTIONS["customer.created"]


def test_more_than_a_batch_is_linked_piece_by_piece(cast: Cast) -> None:
    for _n in range(5):
        make.chat(cast.corp, cast.owner, "wmNew")
    customer = make.customer(cast.corp, external_userid="wmNew")
    rest = GroupMember.objects.filter(userid="wmNew", customer=None)
    for left in (3, 1, 0):
        assert linking.link_customer(customer_id=customer.pk, batch=2)
        assert rest.count() == left
    assert not linking.link_customer(customer_id=customer.pk, batch=2)
    assert not linking.link_customer(customer_id=10**9)


def test_the_handler_rings_for_the_rest_only_where_there_may_be_one(
    cast: Cast, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(tasks.link_customer, "delay", rung.append)
    unknown, known = (make.customer(cast.corp, external_userid=name) for name in ("wmA", "wmB"))
    make.chat(cast.corp, cast.owner, "wmC")
    GroupMember.objects.update(userid="wmB")
    with django_capture_on_commit_callbacks(execute=True):
        handlers.customer_created(created(unknown))
        handlers.customer_created(created(known))
    assert rung == [known.pk]
    tasks.link_customer(known.pk)
    assert rung == [known.pk]
    assert GroupMember.objects.get().customer_id == known.pk


def test_a_reading_links_whom_the_event_has_not_reached_yet(cast: Cast, story: Story, told_of: Any) -> None:
    story.read(one("wmNew"))
    customer = make.customer(cast.corp, external_userid="wmNew")
    assert story.read(one("wmNew")).changed == 1
    assert GroupMember.objects.get().customer_id == customer.pk
    assert told_of()[-1][1]["changed"] == ["members"]


def test_a_message_without_a_customer_is_no_event_for_this_handler(cast: Cast) -> None:
    with pytest.raises(KeyError):
        handlers.customer_created(Incoming("e", "customer.created", cast.corp.pk, {}, 0))
