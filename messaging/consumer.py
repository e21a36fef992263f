"""Move messages from the broker's queues into the database, and do nothing else with them."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import amqp
import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from kombu import Connection, Consumer, Producer
from kombu.message import Message

from core.backoff import Backoff
from core.failpoints import failpoint
from messaging import broker, deadletters, doorbell, intake
from messaging.deadletters import Letter

PREFETCH = 200
HEARTBEAT = 30
_log = structlog.get_logger("scrm.consumer")


class EventConsumer:
    """Takes the events of this service's queue, and what the broker laid into its dead queues.

    A message is acknowledged after its row is committed. While the database is away messages are held, not returned:
    each return would count against the queue's delivery limit, and an outage would end as a heap of dead letters.
    """

    def __init__(self) -> None:
        # The queue's name and the message, of all that is not acknowledged yet.
        self._batch: list[tuple[str, Message]] = []

    def run(self, stop: threading.Event) -> None:
        """Consume until ``stop`` is set; the batch in hand is finished. Restarts of broker and database are sat out."""
        backoff = Backoff(1, 30)
        while not stop.is_set():
            try:
                with self._consuming() as link:
                    backoff.reset()
                    while not stop.is_set():
                        self._turn(link, stop)
            except (OSError, amqp.AMQPError) as error:
                seconds = backoff.pause()
                _log.warning("consumer_waits", error=type(error).__name__, seconds=round(seconds, 1))
                stop.wait(seconds)
        connection.close()

    @contextmanager
    def _consuming(self) -> Iterator[Connection]:
        link = broker.open_connection(heartbeat=HEARTBEAT)
        try:
            self._batch = []
            # A channel of its own and without confirms: ringing waits for nothing.
            self._bell = Producer(link.channel())
            channel = link.channel()
            for queue in (broker.event_queue(), *broker.dead_queues()):
                take = partial(self._take, queue.name)
                Consumer(channel, [queue], on_message=take, prefetch_count=PREFETCH, auto_declare=False).consume()
            yield link
        finally:
            broker.drop(link)

    def _take(self, queue: str, message: Message) -> None:
        self._batch.append((queue, message))

    def _turn(self, link: Connection, stop: threading.Event) -> None:
        """Wait for a message, take those that follow at once, and store them in one transaction."""
        # Some come while the queues are still being subscribed to.
        if not self._batch and not _drain(link, 0.5):
            link.heartbeat_check()
            return
        while len(self._batch) < PREFETCH and _drain(link, 0.002):
            pass
        self._settle(link, stop)

    def _settle(self, link: Connection, stop: threading.Event) -> None:
        """Store and acknowledge the batch, holding it for as long as the database is away."""
        backoff = Backoff(1, 30)
        while True:
            try:
                waiting = self._store()
                break
            except (OperationalError, InterfaceError) as error:
                connection.close()
                if stop.is_set():
                    return
                _log.warning("consumer_holds", messages=len(self._batch), error=type(error).__name__)
                _hold(link, backoff.pause(), stop)
        failpoint("consumer.stored")
        for _, message in self._batch:
            message.ack()
        self._batch.clear()
        # Publishing reads what lies in the socket, so the next batch may begin here.
        doorbell.ring(waiting, producer=self._bell)

    def _store(self) -> list[int]:
        for queue, message in self._batch:
            if queue != settings.EVENT_QUEUE:
                deadletters.keep(_letter(queue.removesuffix(".dead"), message), reason=_reason(message))
        return intake.receive([_letter(queue, m) for queue, m in self._batch if queue == settings.EVENT_QUEUE])


def _drain(link: Connection, seconds: float) -> bool:
    """Handle the next message that comes within this time. Returns False if none came."""
    try:
        link.drain_events(timeout=seconds)
    except TimeoutError:
        return False
    return True


def _hold(link: Connection, seconds: float, stop: threading.Event) -> None:
    """Let time pass without losing the connection: the broker hears a heartbeat each second."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stop.is_set():
        _drain(link, 1)
        link.heartbeat_check()


def _letter(queue: str, message: Message) -> Letter:
    body = message.body.encode() if isinstance(message.body, str) else bytes(message.body or b"")
    return Letter(
        queue=queue,
        routing_key=message.delivery_info.get("routing_key") or "",
        body=body,
        headers=dict(message.headers or {}),
        properties={key: value for key, value in message.properties.items() if key != "application_headers"}
        | {"content_type": message.content_type, "content_encoding": message.content_encoding},
    )


def _reason(message: Message) -> str:
    """Why the broker gave up, in its own word: ``delivery_limit``, ``rejected``, ``expired``."""
    deaths: Any = (message.headers or {}).get("x-death")
    return str(deaths[0].get("reason")) if deaths else "unknown"
