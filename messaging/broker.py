"""The broker: how to reach it, and every exchange and queue of this service."""

from typing import Any

from django.conf import settings
from kombu import Connection, Exchange, Queue

from messaging import subscriptions

DELIVERY_LIMIT = 5
UNROUTED_KEPT = 10_000
# How long one read or write may take before the broker counts as hung.
SOCKET_TIMEOUT = 5


def connection(*, heartbeat: int = 0) -> Connection:
    """A connection, not yet open. A write or a read with no time of its own fails after ``SOCKET_TIMEOUT``."""
    return Connection(
        settings.BROKER_URL,
        heartbeat=heartbeat,
        connect_timeout=SOCKET_TIMEOUT,
        transport_options={"polling_interval": 0.05} if settings.EMBEDDED_BROKER else {},
    )


def open_connection(*, heartbeat: int = 0) -> Connection:
    """An open connection with the topology declared.

    Raises:
        OSError, amqp.AMQPError: the broker is away, hung or refuses.
    """
    link = connection(heartbeat=heartbeat)
    try:
        link.connect()
        if not settings.EMBEDDED_BROKER:
            # Otherwise a hung broker would hold a declaration, and so this process, for ever.
            link.connection.transport.sock.settimeout(SOCKET_TIMEOUT)
        declare(link.default_channel)
    except BaseException:
        drop(link)
        raise
    return link


def drop(link: Connection) -> None:
    """Let go of a connection that may be broken, without a word to the broker."""
    link.collect(socket_timeout=0.1)


def event_exchange() -> Exchange:
    """Where events are published. What nobody reads goes to the alternate exchange, so that it is seen and not lost."""
    alternate = f"{settings.EVENT_EXCHANGE}.unrouted"
    return Exchange(settings.EVENT_EXCHANGE, "topic", durable=True, arguments={"alternate-exchange": alternate})


def event_queue() -> Queue:
    """The consumer's queue, without bindings."""
    return Queue(settings.EVENT_QUEUE, exchange=None, durable=True, queue_arguments=guarded(settings.EVENT_QUEUE))


def task_queue() -> Queue:
    """Celery's queue. Declared here as well, so that the consumer's doorbell never meets a missing exchange."""
    name = settings.CELERY_TASK_DEFAULT_QUEUE
    exchange = Exchange(name, "direct", durable=True)
    return Queue(name, exchange, name, durable=True, queue_arguments=guarded(name))


def dead_queues() -> list[Queue]:
    """Where the broker lays down what it gave up on: events and tasks."""
    return [_dead_queue(settings.EVENT_QUEUE), _dead_queue(settings.CELERY_TASK_DEFAULT_QUEUE)]


def guarded(queue: str) -> dict[str, Any]:
    """Arguments of a queue whose poison is put aside after ``DELIVERY_LIMIT`` returns and is never lost on the way."""
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": f"{queue}.dlx",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def declare(channel: Any) -> None:
    """Declare all of it; a repeat changes nothing. Bindings follow the subscriptions; old ones are not taken away."""
    _unrouted_queue()(channel).declare()
    event_exchange()(channel).declare()
    for dead in dead_queues():
        dead(channel).declare()
    task_queue()(channel).declare()
    queue = event_queue()(channel)
    queue.queue_declare()
    for key in subscriptions.binding_keys():
        queue.bind_to(settings.EVENT_EXCHANGE, routing_key=key)


def _dead_queue(queue: str) -> Queue:
    exchange = Exchange(f"{queue}.dlx", "fanout", durable=True)
    return Queue(f"{queue}.dead", exchange, durable=True, queue_arguments={"x-queue-type": "quorum"})


def _unrouted_queue() -> Queue:
    """The newest events that nobody reads; bounded, as the outbox has them all."""
    name = f"{settings.EVENT_EXCHANGE}.unrouted"
    bounded = {"x-queue-type": "quorum", "x-max-length": UNROUTED_KEPT, "x-overflow": "drop-head"}
    return Queue(name, Exchange(name, "fanout", durable=True), durable=True, queue_arguments=bounded)
