"""How many events a second one relay carries from the outbox to the broker, each confirmed and marked."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

from django.db import transaction
from kombu import Queue

from messaging import broker, outbox
from messaging.models import OutboxEvent
from messaging.relay import Relay

EVENTS = 20_000
_NAME = "bench.event"


@dataclass(slots=True)
class Subject:
    """Something with a version for each event; it has no row."""

    pk: int
    version: int
    corp_id: int = 1
    _meta: ClassVar[Any] = SimpleNamespace(db_table="bench")


def main(_arguments: Sequence[str]) -> None:
    """Print the figures as JSON."""
    print(json.dumps(figures(EVENTS)))


def figures(events: int) -> dict[str, Any]:
    """``shown`` for the table and ``gates`` for the verdict."""
    OutboxEvent.objects.filter(name=_NAME).delete()
    _record(events)
    with broker.open_connection() as link:
        bound = Queue("bench.relay", broker.event_exchange(), _NAME, durable=True).bind(link.default_channel)
        bound.declare()
        try:
            seconds, cpu = _carry(events)
            arrived = bound.queue_declare(passive=True).message_count
        finally:
            bound.delete()
    OutboxEvent.objects.filter(name=_NAME).delete()
    if arrived < events:
        raise SystemExit(f"{arrived} of {events} events arrived.")
    rate = round(events / seconds)
    shown = {"events": events, "a second": rate, "CPU ms an event": round(cpu * 1000 / events, 3)}
    return {"shown": shown, "gates": {"events a second": rate}}


def _record(events: int) -> None:
    """About as many events for each subject as a busy customer has."""
    rows = [
        (_NAME, Subject(pk=n % 5_000, version=n // 5_000 + 1), {"customerId": n, "tagIds": [1, 2, 3]})
        for n in range(events)
    ]
    with transaction.atomic():
        outbox.record_many(rows, source="system")


def _carry(events: int) -> tuple[float, float]:
    """(seconds, processor seconds) until the outbox is empty."""
    relay = Relay()
    wall, cpu, done = time.perf_counter(), time.process_time(), 0
    try:
        while done < events:
            done += relay.pump()
        return time.perf_counter() - wall, time.process_time() - cpu
    finally:
        relay.close()
