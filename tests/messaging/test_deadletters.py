from collections.abc import Sequence
from typing import Any

import pytest
from django.conf import settings

from core.errors import Conflict, RuleViolation
from corps.models import Corp
from messaging import deadletters, dispatch
from messaging.deadletters import Letter
from messaging.models import DeadLetter, InboxDelivery, InboxEvent
from messaging.publisher import Outgoing
from tests.conftest import Cast
from tests.messaging.conftest import body

TASK_HEADERS = {"id": "t-1", "task": "customers.tasks.count_tags", "x-death": [{"reason": "delivery_limit"}]}


@pytest.fixture
def admin(cast: Cast) -> Any:
    return cast.actor("admin")


def event_letter(corp_id: int, **fields: Any) -> DeadLetter:
    deadletters.keep(Letter(settings.EVENT_QUEUE, "shop.order.paid", body(corpId=corp_id, **fields)), reason="rejected")
    return DeadLetter.objects.get()


def task_letter() -> DeadLetter:
    properties = {"correlation_id": "t-1", "content_encoding": "utf-8", "content_type": "application/json"}
    letter = Letter(settings.CELERY_TASK_DEFAULT_QUEUE, "tasks", b"[[], {}, {}]", TASK_HEADERS, properties)
    deadletters.keep(letter, reason="delivery_limit")
    return DeadLetter.objects.get()


def test_a_letter_keeps_what_is_needed_to_send_it_again(corp: Corp) -> None:
    row = event_letter(corp.pk)
    assert (row.corp_id, row.queue, row.routing_key, row.reason) == (
        corp.pk,
        settings.EVENT_QUEUE,
        "shop.order.paid",
        "rejected",
    )
    assert bytes(row.body) == body(corpId=corp.pk)


@pytest.mark.parametrize("raw", [b"", b"\xff\x00", b"[]", b'{"corpId": "1"}', b'{"corpId": true}', b'{"corpId": -1}'])
def test_a_letter_that_names_no_corp_is_nobodys(db: None, raw: bytes) -> None:
    deadletters.keep(Letter("q", "k", raw), reason="not_json")
    assert DeadLetter.objects.get().corp_id == 0


def test_the_same_letter_again_is_one_row_that_is_shown_again(corp: Corp, admin: Any) -> None:
    deadletters.replay(letter=event_letter(corp.pk), by=admin)
    row = event_letter(corp.pk)
    assert (row.asked_at, row.replayed_at) == (None, None)


def test_two_runs_of_one_task_are_two_letters(db: None) -> None:
    for ident in ("t-1", "t-2"):
        deadletters.keep(Letter("tasks", "tasks", b"[[], {}, {}]", {"id": ident}), reason="delivery_limit")
    assert DeadLetter.objects.count() == 2


def test_a_huge_body_is_cut_to_what_the_inbox_would_refuse_anyway(corp: Corp, admin: Any) -> None:
    row = event_letter(corp.pk, data={"a": "x" * 500_000})
    assert len(row.body) == 128 * 1024 + 1
    with pytest.raises(RuleViolation) as refusal:
        deadletters.replay(letter=row, by=admin)
    assert refusal.value.code == "letter_unreadable"


def test_a_replayed_event_goes_through_the_inbox_to_its_readers(corp: Corp, admin: Any) -> None:
    row = deadletters.replay(letter=event_letter(corp.pk), by=admin)
    assert row.replayed_at is not None
    assert dispatch.sweep() == 1
    assert InboxEvent.objects.get().state == "done"


def test_a_letter_is_sent_again_once(corp: Corp, admin: Any) -> None:
    row = deadletters.replay(letter=event_letter(corp.pk), by=admin)
    with pytest.raises(Conflict) as refusal:
        deadletters.replay(letter=row, by=admin)
    assert refusal.value.code == "already_replayed"
    assert InboxDelivery.objects.count() == 1


def test_an_event_that_is_still_none_stays_where_it_is(corp: Corp, admin: Any) -> None:
    row = event_letter(corp.pk, data=None)
    with pytest.raises(RuleViolation) as refusal:
        deadletters.replay(letter=row, by=admin)
    assert refusal.value.code == "letter_unreadable"
    row.refresh_from_db()
    assert (row.asked_at, row.replayed_at) == (None, None)
    assert not InboxEvent.objects.exists()


class Taker:
    def __init__(self) -> None:
        self.taken: list[Outgoing] = []

    def publish(self, messages: Sequence[Outgoing]) -> set[int]:
        self.taken += messages
        return {message.id for message in messages}

    def close(self) -> None:
        pass


def test_a_task_is_sent_by_a_worker_and_not_by_the_request_that_asks(admin: Any) -> None:
    row = deadletters.replay(letter=task_letter(), by=admin)
    assert row.asked_at is not None
    assert row.replayed_at is None
    broker = Taker()
    assert deadletters.resend_asked(broker) == 1
    [message] = broker.taken
    assert (message.exchange, message.routing_key) == ("", settings.CELERY_TASK_DEFAULT_QUEUE)
    assert message.body == b"[[], {}, {}]"
    assert message.headers == {"id": "t-1", "task": "customers.tasks.count_tags"}
    assert message.properties == {"correlation_id": "t-1", "content_encoding": "utf-8"}
    row.refresh_from_db()
    assert row.replayed_at is not None
    assert deadletters.resend_asked(broker) == 0


def test_a_dead_delivery_gets_its_tries_again(arrive: Any, admin: Any) -> None:
    event = arrive("shop.order.lost", data={"fail": False})
    InboxDelivery.objects.update(state="dead", attempts=10)
    InboxEvent.objects.update(state="dead")
    deadletters.redeliver(event=event, by=admin)
    event.refresh_from_db()
    assert event.state == "pending"
    assert dispatch.sweep() == 1
    event.refresh_from_db()
    assert (event.state, event.deliveries.get().attempts) == ("done", 1)


def test_only_the_named_handlers_delivery_is_woken(arrive: Any, admin: Any) -> None:
    event = arrive("shop.order.both")
    InboxDelivery.objects.update(state="dead", attempts=10)
    deadletters.redeliver(event=event, by=admin, handler="tests.messaging.readers.welcome")
    assert dict(event.deliveries.values_list("handler", "state")) == {
        "tests.messaging.readers.stumble": "dead",
        "tests.messaging.readers.welcome": "pending",
    }


def test_an_event_with_nothing_dead_is_left_alone(arrive: Any, admin: Any) -> None:
    event = arrive()
    with pytest.raises(Conflict) as refusal:
        deadletters.redeliver(event=event, by=admin)
    assert refusal.value.code == "nothing_dead"
    assert event.deliveries.get().attempts == 0
