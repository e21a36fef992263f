from collections.abc import Iterator
from typing import Any

import amqp
import orjson
import pytest
from django.conf import settings
from kombu import Queue

from messaging import broker
from messaging.publisher import AmqpPublisher, NotConfirmed, Outgoing


def message(number: int, **fields: Any) -> Outgoing:
    made = {"id": number, "routing_key": "shop.order.paid", "message_id": f"m{number}", "body": b"{}"}
    return Outgoing(**made | {"exchange": settings.EVENT_EXCHANGE} | fields)


class TestTheAccountOfConfirms:
    """The booking alone: the broker's answers are given by hand."""

    @pytest.fixture
    def publisher(self) -> AmqpPublisher:
        publisher = AmqpPublisher()
        publisher._open = {tag: message(tag * 10) for tag in (4, 5, 6, 7)}
        return publisher

    def test_a_late_answer_to_an_earlier_message_confirms_nothing(self, publisher: AmqpPublisher) -> None:
        publisher._on_ack(3, multiple=False)
        publisher._on_ack(3, multiple=True)
        assert publisher._confirmed == set()
        assert len(publisher._open) == 4

    def test_an_answer_confirms_its_own_tag(self, publisher: AmqpPublisher) -> None:
        publisher._on_ack(5, multiple=False)
        assert publisher._confirmed == {50}
        assert set(publisher._open) == {4, 6, 7}

    def test_an_answer_for_all_up_to_a_tag_confirms_those(self, publisher: AmqpPublisher) -> None:
        publisher._on_ack(6, multiple=True)
        assert publisher._confirmed == {40, 50, 60}
        assert set(publisher._open) == {7}

    def test_what_was_refused_is_settled_and_not_confirmed(self, publisher: AmqpPublisher) -> None:
        publisher._on_nack(5, multiple=True)
        publisher._on_ack(7, multiple=True)
        assert publisher._confirmed == {60, 70}
        assert publisher._open == {}

    def test_what_came_back_is_not_confirmed_by_the_answer_that_follows(self, publisher: AmqpPublisher) -> None:
        returned = amqp.Message("{}", message_id="m50")
        publisher._on_return(Exception(), "scrm.events", "shop.order.paid", returned)
        publisher._on_ack(7, multiple=True)
        assert publisher._confirmed == {40, 60, 70}


@pytest.fixture
def publisher() -> Iterator[AmqpPublisher]:
    publisher = AmqpPublisher()
    yield publisher
    publisher.close()


@pytest.fixture
def queue() -> Iterator[Any]:
    """An empty queue of this test's own behind the exchange."""
    link = broker.open_connection()
    queue = Queue("", exchange=None, exclusive=True)(link.default_channel)
    queue.queue_declare()
    queue.bind_to(settings.EVENT_EXCHANGE, routing_key="test.#")
    yield queue
    broker.drop(link)


@pytest.mark.services
class TestARealBroker:
    def test_what_is_published_arrives_persistent_and_whole(self, publisher: AmqpPublisher, queue: Any) -> None:
        sent = [message(n, routing_key="test.one", body=b'{"n": %d}' % n) for n in range(300)]
        assert publisher.publish(sent) == set(range(300))
        came = [queue.get(no_ack=True) for _ in range(300)]
        assert [orjson.loads(m.body) for m in came] == [{"n": n} for n in range(300)]
        assert came[0].properties["delivery_mode"] == 2
        assert came[0].properties["message_id"] == "m0"
        assert came[0].content_type == "application/json"

    def test_what_nobody_reads_is_taken_and_put_where_it_can_be_seen(self, publisher: AmqpPublisher) -> None:
        link = broker.open_connection()
        unrouted = Queue(f"{settings.EVENT_EXCHANGE}.unrouted")(link.default_channel)
        unrouted.purge()
        assert publisher.publish([message(1, routing_key="nobody.reads.this", message_id="unread-1")]) == {1}
        seen = set()
        while (found := unrouted.get(no_ack=True)) is not None:
            seen.add(found.properties["message_id"])
        broker.drop(link)
        assert "unread-1" in seen

    def test_what_comes_back_is_not_confirmed_and_the_connection_is_given_up(
        self, publisher: AmqpPublisher, queue: Any
    ) -> None:
        publisher.publish([message(1, routing_key="test.one")])
        before = publisher._link
        lost = message(3, exchange="", routing_key="no-such-queue")
        with pytest.raises(NotConfirmed) as failure:
            publisher.publish([message(2, routing_key="test.one"), lost, message(4, routing_key="test.one")])
        assert failure.value.confirmed == {2, 4}
        assert publisher._link is None
        assert publisher.publish([message(5, routing_key="test.one")]) == {5}
        assert publisher._link is not before

    def test_a_connection_that_breaks_confirms_only_what_was_confirmed(
        self, publisher: AmqpPublisher, queue: Any
    ) -> None:
        publisher.publish([message(1, routing_key="test.one")])
        publisher._link.connection.transport.sock.close()  # type: ignore[union-attr]
        with pytest.raises(NotConfirmed) as failure:
            publisher.publish([message(2, routing_key="test.one")])
        assert failure.value.confirmed == set()
        assert publisher.publish([message(2, routing_key="test.one")]) == {2}

    def test_a_broker_that_is_not_there_is_an_unconfirmed_batch(self, publisher: AmqpPublisher, settings: Any) -> None:
        settings.BROKER_URL = "amqp://guest:guest@127.0.0.1:1/none"
        with pytest.raises(NotConfirmed):
            publisher.publish([message(1)])
