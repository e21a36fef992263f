import uuid
from typing import Any

import orjson
import pytest
from django.db import transaction

from core.rendering import dumps
from core.time import now
from corps import mirroring
from corps.actors import SYSTEM
from corps.models import Corp
from messaging import inbox
from messaging.models import InboxDelivery, InboxEvent, OutboxEvent
from tests import make
from tests.messaging.conftest import body


def nested(depth: int) -> Any:
    return 1 if depth == 0 else [nested(depth - 1)]


def test_the_original_services_envelope_is_enough_when_its_data_names_the_corp() -> None:
    row = inbox.parse("customer.created", body(data={"id": 7, "corpId": 3}))
    assert (row.event_id, row.corp_id, row.name) == ("1700000000000-k3j9x0q2a", 3, "customer.created")
    assert (row.aggregate_type, row.aggregate_id, row.aggregate_version) == ("", "", None)


def test_our_own_envelope_is_read_whole() -> None:
    fields = {"corpId": 3, "aggregateType": "order", "aggregateId": 12, "aggregateVersion": 4, "hops": 2}
    row = inbox.parse("shop.order.paid", body(**fields, source="api"))
    assert (row.aggregate_type, row.aggregate_id, row.aggregate_version) == ("order", "12", 4)
    event = inbox.incoming(row)
    assert (event.corp_id, event.hops, event.source, event.data) == (3, 2, "api", {})


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"eventId": ""}, "eventId_invalid"),
        ({"eventId": 5}, "eventId_invalid"),
        ({"eventId": "x" * 65}, "eventId_invalid"),
        ({"eventId": "a b"}, "eventId_invalid"),
        ({"data": None}, "data_invalid"),
        ({"data": [1]}, "data_invalid"),
        ({"corpId": 0}, "corpId_invalid"),
        ({"corpId": "1"}, "corpId_invalid"),
        ({"corpId": True}, "corpId_invalid"),
        ({"corpId": 2**63}, "corpId_invalid"),
        ({"hops": -1}, "hops_invalid"),
        ({"hops": 17}, "too_many_hops"),
        ({"aggregateVersion": "1"}, "aggregateVersion_invalid"),
        ({"aggregateType": "x" * 41}, "aggregateType_invalid"),
        ({"aggregateId": {}}, "aggregateId_invalid"),
        ({"data": {"a": nested(30)}}, "too_deep"),
        ({"data": {"a": "x" * 131_072}}, "too_large"),
    ],
)
def test_what_can_not_be_an_event_is_named_by_its_fault(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(inbox.Unreadable, match=f"^{code}$"):
        inbox.parse("shop.order.paid", body(**{"corpId": 1} | fields))


@pytest.mark.parametrize(
    ("raw", "code"), [(b"", "not_json"), (b"{", "not_json"), (b"\xff", "not_json"), (b"[1]", "not_an_object")]
)
def test_what_is_no_json_object_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(inbox.Unreadable, match=f"^{code}$"):
        inbox.parse("shop.order.paid", raw)


@pytest.mark.parametrize("name", ["", "x" * 81, "shop order", "shop.订单"])
def test_a_name_that_can_not_be_stored_is_refused(name: str) -> None:
    with pytest.raises(inbox.Unreadable, match=r"^name_invalid$"):
        inbox.parse(name, body(corpId=1))


def test_an_event_waits_with_one_delivery_for_each_of_its_readers(corp: Corp, arrive: Any) -> None:
    event = arrive("shop.order.both")
    assert event.state == "pending"
    assert list(event.deliveries.order_by("id").values_list("handler", "state", "attempts", "corp_id")) == [
        ("tests.messaging.readers.stumble", "pending", 0, corp.pk),
        ("tests.messaging.readers.welcome", "pending", 0, corp.pk),
    ]


def test_an_event_without_a_reader_is_kept_to_be_seen(arrive: Any) -> None:
    event = arrive("sop.task.finished")
    assert event.state == "ignored"
    assert not event.deliveries.exists()


def test_what_this_service_published_itself_and_does_not_read_is_not_kept_again(corp: Corp, arrive: Any) -> None:
    make.employee(corp, userid="lina")
    mirroring.rename_employee(corp_id=corp.pk, userid="lina", new_userid="lin.na", by=SYSTEM, source="sync")
    ours = OutboxEvent.objects.get()
    assert inbox.store([inbox.parse(ours.name, dumps(ours.payload))]) == []
    assert not InboxEvent.objects.exists()
    # The same name from somebody else is.
    assert arrive("employee.updated", eventId=str(uuid.uuid4())).state == InboxEvent.State.IGNORED


def test_what_this_service_published_itself_and_does_read_waits_for_its_readers(corp: Corp) -> None:
    event_id = uuid.uuid4()
    fields = {"aggregate_type": "order", "aggregate_id": 1, "aggregate_version": 1, "part": 0, "payload": {}}
    OutboxEvent.objects.create(event_id=event_id, corp_id=corp.pk, name="shop.order.paid", occurred_at=now(), **fields)
    assert inbox.store([inbox.parse("shop.order.paid", body(corpId=corp.pk, eventId=str(event_id)))])
    assert InboxEvent.objects.get().state == InboxEvent.State.PENDING


def test_the_deepest_that_is_let_in_is_stored_on_every_database(arrive: Any) -> None:
    data = {"a": nested(22)}
    assert arrive(data=data).payload["data"] == data


def test_the_same_event_again_adds_nothing(corp: Corp, arrive: Any) -> None:
    arrive()
    waiting = inbox.store([inbox.parse("shop.order.paid", body(corpId=corp.pk))])
    assert waiting == [InboxEvent.objects.get().pk]
    assert InboxDelivery.objects.count() == 1


def test_twice_in_one_batch_is_once(corp: Corp) -> None:
    rows = [inbox.parse("shop.order.paid", body(corpId=corp.pk)) for _ in range(2)]
    assert len(inbox.store(rows)) == 1
    assert (InboxEvent.objects.count(), InboxDelivery.objects.count()) == (1, 1)


def test_an_event_that_is_done_is_not_woken_by_coming_again(corp: Corp, arrive: Any) -> None:
    event = arrive()
    InboxDelivery.objects.update(state="done")
    InboxEvent.objects.update(state="done")
    assert inbox.store([inbox.parse("shop.order.paid", body(corpId=corp.pk))]) == []
    assert event.deliveries.get().state == "done"


def test_ids_that_differ_in_case_are_two_events(corp: Corp) -> None:
    inbox.store([inbox.parse("shop.order.paid", body(corpId=corp.pk, eventId=ident)) for ident in ("aB", "Ab")])
    assert InboxEvent.objects.count() == 2


def test_a_corp_that_nobody_knows_is_refused_and_nothing_is_stored(corp: Corp) -> None:
    rows = [inbox.parse("shop.order.paid", body(corpId=c, eventId=f"e{c}")) for c in (corp.pk, corp.pk + 1)]
    with pytest.raises(inbox.Unreadable, match=r"^corp_unknown$"), transaction.atomic():
        inbox.store(rows)
    assert not InboxEvent.objects.exists()


def test_chinese_and_emoji_come_back_as_they_were_sent(arrive: Any) -> None:
    data = {"名": "李雷😀", "n": 1.5, "list": [None, True]}
    assert arrive(data=data).payload["data"] == data


def test_what_the_inbox_lets_in_is_at_most_128_kilobytes(corp: Corp, arrive: Any) -> None:
    room = inbox.MOST_BYTES - len(body(corpId=corp.pk, data={"a": ""}))
    event = arrive(data={"a": "x" * room})
    assert len(orjson.dumps(event.payload)) == inbox.MOST_BYTES
