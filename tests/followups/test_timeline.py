"""The timeline tells each event once, by ids alone, at the time when it happened."""

from typing import Any

import pytest

from core.rendering import dumps
from core.time import from_wire, now, to_wire
from corps.actors import SYSTEM
from customers import blacklist, lifecycle, tagging
from customers.models import Customer
from followups import handlers, writing
from followups.choices import EntryKind
from followups.models import SopEnrolment, TimelineEntry
from followups.sops.told import KINDS
from followups.timeline.kinds import EVENTS
from messaging import dispatch, inbox, subscriptions
from messaging.inbox import Incoming
from messaging.models import InboxDelivery, OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.contracts.test_contracts import schema
from tests.customers.mirroring import readings

AS: dict[str, Any] = {"by": SYSTEM, "source": "system"}


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三丰", mobile="13800138000")


def heard(times: int = 1) -> list[TimelineEntry]:
    """All that was recorded reaches the reader, each event so many times."""
    for row in list(OutboxEvent.objects.order_by("pk")) * times:
        if handlers.__name__ + ".customer_changed" in subscriptions.handlers_of(row.name):
            told = row.payload
            handlers.customer_changed(
                Incoming(
                    str(row.event_id),
                    row.name,
                    row.corp_id,
                    told["data"],
                    0,
                    source=told["source"],
                    actor=told["actor"],
                    timestamp=told["timestamp"],
                )
            )
    return list(TimelineEntry.objects.order_by("pk"))


def test_each_kind_has_an_event_and_each_fact_is_promised_by_its_schema() -> None:
    assert {told.kind for told in EVENTS.values()} | set(KINDS.values()) == set(EntryKind)
    for name, told in EVENTS.items():
        promised = dict(schema(name)["properties"])
        if told.each:
            # What is told of each place in a list is told of its customer.
            promised |= promised[told.each]["items"].get("properties", {"customerId": {}})
        assert {*told.facts, *filter(None, (told.at, told.whose, told.each))} <= set(promised), name
        assert "followups.handlers.customer_changed" in subscriptions.handlers_of(name), name


def test_what_happens_with_a_customer_is_told_once_however_often_it_comes(cast: Cast, customer: Customer) -> None:
    tag, moment = make.tag(make.group(cast.corp)), from_wire("2026-10-01T02:30:00Z")
    tagging.add_tags(customer=customer, tag_ids=[tag.pk], by=cast.actor("owner"), source="operator")
    follow_up = writing.write(customer=customer, content="电话", happened_at=moment, **AS)
    stage = make.stage(cast.corp)
    make.staged(customer, stage)
    blacklist.put(customer=customer, reason="恶意", **AS)
    blacklist.lift(customer=customer, **AS)
    lifecycle.delete(customer=Customer.objects.get(pk=customer.pk), **AS)
    entries = heard(times=2)
    kinds = ["created", "tag_added", "follow_up", "stage_changed", "blacklisted", "blacklist_lifted", "deleted"]
    assert [entry.kind for entry in entries] == kinds
    tagged, written, staged = entries[1:4]
    assert tagged.facts == {"tagIds": [tag.pk], "followUserId": cast.owner.pk}
    assert (tagged.employee_id, tagged.actor, tagged.source) == (
        cast.owner.pk,
        f"user:{cast.users['owner'].pk}",
        "operator",
    )
    assert (written.at, written.facts) == (moment, {"followUpId": follow_up.pk})
    assert staged.facts == {"toStageId": stage.pk}
    assert not {"张三丰", "恶意", "电话", "13800138000"} & set(str([entry.facts for entry in entries]).split("'"))


def test_what_happened_to_another_companys_customer_is_passed_over(cast: Cast, customer: Customer) -> None:
    data = {"customerId": customer.pk, "followUserId": None}
    handlers.customer_changed(Incoming("e", "customer.created", cast.other_corp.pk, data, 0))
    assert not TimelineEntry.objects.exists()


def test_who_may_see_the_customer_may_see_the_timeline(cast: Cast, customer: Customer) -> None:
    heard()
    seen = {name for name in cast.users if TimelineEntry.objects.visible_to(cast.actor(name)).exists()}
    assert seen == {"owner", "manager", "admin"}


def test_an_sop_event_goes_the_whole_way_from_the_message_to_the_timeline(cast: Cast, customer: Customer) -> None:
    body = {"eventId": "op-1", "corpId": cast.corp.pk, "timestamp": "2026-11-01T08:00:00Z"}
    body["data"] = {"enrolmentId": "en-1", "customerId": customer.pk}
    event = inbox.parse("sop.enrolled", dumps(body))
    inbox.store([event])
    assert dispatch.sweep() >= 1
    entry = TimelineEntry.objects.get()
    assert (entry.kind, entry.at, entry.event_id) == ("sop_enrolled", from_wire("2026-11-01T08:00:00Z"), "op-1")
    assert entry.at < now()


def test_what_wecom_shows_and_what_it_ends_is_told_at_the_time_when_it_was(cast: Cast) -> None:
    external = "wmMirror1"
    readings.read(cast.corp, readings.follow(external, cast.owner.userid, 1), ticket=1)
    readings.end(cast.corp, external, cast.owner.userid, "customer", 2, ticket=2)
    came, left = heard()[-2:]
    stay = readings.the(external).episodes.get()
    assert (came.kind, came.at, came.employee_id) == ("followed", stay.began_at, cast.owner.pk)
    assert (came.facts["employeeId"], came.facts["again"]) == (cast.owner.pk, False)
    assert (left.kind, left.at) == ("unfollowed", stay.ended_at)
    assert left.facts == {"employeeId": cast.owner.pk, "endedBy": "customer", "endedAt": to_wire(stay.ended_at)}


def test_a_handler_that_fails_beside_it_leaves_one_entry_in_the_end(
    cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [f"op-{n}" for n in range(3)]
    for event_id in ids:
        body: dict[str, Any] = {"eventId": event_id, "corpId": cast.corp.pk}
        body["data"] = {"enrolmentId": event_id, "customerId": customer.pk}
        inbox.store([inbox.parse("sop.enrolled", dumps(body))])
    hear, failed = handlers.sop_told, []

    def failing(event: Incoming) -> None:
        hear(event)
        if event.event_id == "op-1" and not failed:
            failed.append(event.event_id)
            raise ZeroDivisionError

    monkeypatch.setattr(handlers, "sop_told", failing)
    dispatch.sweep()
    # Those beside it were undone with it and run again; its own try comes later.
    assert sorted(TimelineEntry.objects.values_list("event_id", flat=True)) in ([*ids], ["op-0", "op-2"])
    InboxDelivery.objects.update(due_at=now())
    dispatch.sweep()
    assert sorted(TimelineEntry.objects.values_list("event_id", flat=True)) == ids
    assert SopEnrolment.objects.count() == len(ids)


def test_a_change_of_a_field_is_no_entry_and_only_looks_for_what_has_to_stop(cast: Cast, customer: Customer) -> None:
    before = len(heard())
    lifecycle.update(customer=Customer.objects.get(pk=customer.pk), name="李四", **AS)
    assert OutboxEvent.objects.filter(name="customer.updated").count() == 1
    assert len(heard()) == before


def test_what_tells_no_time_happened_now(cast: Cast, customer: Customer) -> None:
    began = now()
    data = {"customerId": customer.pk, "followUserId": cast.owner.pk}
    handlers.customer_changed(Incoming("e", "customer.created", cast.corp.pk, data, 0, timestamp="yesterday"))
    entry = TimelineEntry.objects.get()
    assert began <= entry.at <= now()
    assert (entry.source, entry.actor) == ("system", "system")
