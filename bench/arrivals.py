"""Listens on the broker and notes when the first event of each customer came."""

import json
import threading
import time
import uuid
from collections.abc import Mapping
from typing import Any

from kombu import Connection, Consumer, Exchange, Queue

EXCHANGE = "scrm.events"


class Arrivals:
    """``with Arrivals(url) as arrivals``: hears what is published until the block ends.

    Attributes:
        first: customer's id → Unix seconds at which its first event came.
    """

    def __init__(self, broker_url: str) -> None:
        self.first: dict[int, float] = {}
        self._link = Connection(broker_url)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="arrivals")

    def __enter__(self) -> "Arrivals":
        exchange, name = Exchange(EXCHANGE, passive=True), f"bench.{uuid.uuid4().hex}"
        # Of this connection alone, and gone with it.
        queue = Queue(name, exchange, "customer.#", exclusive=True, durable=False, auto_delete=True)
        self._bound = queue.bind(self._link.default_channel)
        self._bound.declare()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._link.release()

    def note(self, body: bytes, at: float) -> None:
        """One event's body."""
        event = json.loads(body)
        if event["aggregateType"] == "customer":
            self.first.setdefault(event["aggregateId"], at)

    def _run(self) -> None:
        def heard(message: Any) -> None:
            self.note(message.body, time.time())

        with Consumer(self._link.default_channel, [self._bound], on_message=heard, no_ack=True, auto_declare=False):
            while not self._stopping.is_set():
                try:
                    self._link.drain_events(timeout=0.5)
                except TimeoutError:
                    continue


def delays(received: Mapping[int, float], arrived: Mapping[int, float]) -> tuple[list[float], int]:
    """(seconds from each receipt to its customer's event, how many have none)."""
    found = [arrived[customer] - at for customer, at in received.items() if customer in arrived]
    return found, len(received) - len(found)
