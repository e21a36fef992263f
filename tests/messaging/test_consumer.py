"""The consumer against whatever broker is configured: the in-memory one, or RabbitMQ."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from kombu import Producer

from corps.models import Corp
from customers.models import Customer
from messaging import broker, doorbell, intake, tasks
from messaging.consumer import EventConsumer
from messaging.models import DeadLetter, InboxDelivery, InboxEvent
from tests import make
from tests.messaging.conftest import Until, body


@pytest.fixture
def corp(transactional_db: None) -> Corp:
    return make.corp()


@pytest.fixture
def publish() -> Iterator[Callable[..., None]]:
    """Publish on the exchange as another service would; the queues are empty before."""
    link = broker.open_connection()
    channel: Any = link.default_channel
    for queue in (settings.EVENT_QUEUE, f"{settings.EVENT_QUEUE}.dead", settings.CELERY_TASK_DEFAULT_QUEUE + ".dead"):
        channel.queue_purge(queue)
    producer = Producer(channel)

    def _publish(message: bytes, *, key: str = "shop.order.paid", exchange: str = settings.EVENT_EXCHANGE) -> None:
        producer.publish(
            message, exchange=exchange, routing_key=key, content_type="application/json", content_encoding="utf-8"
        )

    yield _publish
    broker.drop(link)


def consume(condition: Callable[[], bool]) -> None:
    EventConsumer().run(Until(condition))


def stored(count: int) -> Callable[[], bool]:
    return lambda: InboxEvent.objects.count() + DeadLetter.objects.count() >= count


def is_empty(queue: str) -> bool:
    link = broker.open_connection()
    try:
        return link.default_channel.basic_get(queue, no_ack=True) is None
    finally:
        broker.drop(link)


def test_events_are_stored_for_their_readers_and_leave_the_queue(corp: Corp, publish: Any) -> None:
    for n in range(30):
        publish(body(corpId=corp.pk, eventId=f"e{n}"))
    publish(body(corpId=corp.pk, eventId="kept"), key="sop.task.done")
    consume(stored(31))
    assert InboxEvent.objects.filter(name="shop.order.paid", state="pending").count() == 30
    assert InboxEvent.objects.get(event_id="kept").state == "ignored"
    assert InboxDelivery.objects.count() == 30
    assert is_empty(settings.EVENT_QUEUE)


def test_the_consumer_runs_no_handler(corp: Corp, publish: Any) -> None:
    publish(body(corpId=corp.pk))
    consume(stored(1))
    assert not Customer.objects.exists()


def test_a_message_that_comes_twice_is_one_event(corp: Corp, publish: Any) -> None:
    for ident in ("same", "same", "last"):
        publish(body(corpId=corp.pk, eventId=ident))
    consume(stored(2))
    assert sorted(InboxEvent.objects.values_list("event_id", flat=True)) == ["last", "same"]


def test_poison_is_put_aside_with_its_reason_and_the_rest_goes_on(corp: Corp, publish: Any) -> None:
    publish(b"no json")
    publish(body(corpId=corp.pk + 1, eventId="foreign"))
    publish(body(corpId=corp.pk, eventId="good"))
    consume(stored(3))
    assert list(InboxEvent.objects.values_list("event_id", flat=True)) == ["good"]
    assert set(DeadLetter.objects.values_list("reason", "queue", "routing_key")) == {
        ("not_json", settings.EVENT_QUEUE, "shop.order.paid"),
        ("corp_unknown", settings.EVENT_QUEUE, "shop.order.paid"),
    }
    assert is_empty(settings.EVENT_QUEUE)


def test_what_the_broker_gave_up_is_brought_in(corp: Corp, publish: Any) -> None:
    dead = settings.CELERY_TASK_DEFAULT_QUEUE
    publish(b"[[], {}, {}]", exchange="", key=f"{dead}.dead")
    consume(stored(1))
    row = DeadLetter.objects.get()
    assert (row.queue, bytes(row.body)) == (dead, b"[[], {}, {}]")
    assert is_empty(f"{dead}.dead")


def test_while_the_database_is_away_messages_are_held_and_none_dies(
    corp: Corp, publish: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, failures = intake.receive, []

    def flaky(letters: Any) -> list[int]:
        if len(failures) < 2:
            failures.append(len(letters))
            raise OperationalError(2006, "gone away")
        return whole(letters)

    monkeypatch.setattr(intake, "receive", flaky)
    monkeypatch.setattr("messaging.consumer._hold", lambda *_args: None)
    publish(body(corpId=corp.pk, eventId="patient"))
    consume(stored(1))
    assert failures == [1, 1], "the same message was tried again in place"
    assert InboxEvent.objects.get().event_id == "patient"
    assert not DeadLetter.objects.exists()
    assert is_empty(settings.EVENT_QUEUE)


def test_a_stop_during_an_outage_leaves_the_message_to_the_next_consumer(
    corp: Corp, publish: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    down: list[bool] = []

    def away(letters: Any) -> list[int]:
        down.append(True)
        raise OperationalError(2006, "gone away")

    publish(body(corpId=corp.pk))
    with monkeypatch.context() as outage:
        outage.setattr(intake, "receive", away)
        consume(lambda: bool(down))
    assert not InboxEvent.objects.exists()
    if settings.EMBEDDED_BROKER:
        # The in-memory broker hands nothing back; the embedded mode's events don't pass through it.
        return
    consume(stored(1))
    assert InboxEvent.objects.count() == 1


def test_a_bell_that_fails_is_only_a_bell(corp: Corp, publish: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_args: Any, **_kwargs: Any) -> None:
        raise OSError("broken")

    monkeypatch.setattr(tasks.deliver, "apply_async", silent)
    publish(body(corpId=corp.pk))
    consume(stored(1))
    assert InboxEvent.objects.get().state == "pending"
    assert is_empty(settings.EVENT_QUEUE)


def test_the_bell_names_the_events_that_wait_and_is_not_rung_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[Any] = []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda **kwargs: rung.append(kwargs))
    doorbell.ring([3, 4])
    doorbell.ring([])
    assert [call["args"] for call in rung] == [([3, 4],)]
    assert rung[0]["retry"] is False


def test_what_comes_together_is_stored_together(corp: Corp, publish: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []
    whole = intake.receive
    monkeypatch.setattr(intake, "receive", lambda letters: batches.append(len(letters)) or whole(letters))
    for n in range(400):
        publish(body(corpId=corp.pk, eventId=f"e{n}"))
    consume(stored(400))
    assert sum(batches) == 400
    assert len(batches) < 40, "one message a transaction would be twenty times slower"
