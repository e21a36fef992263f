import threading
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import pytest
from django.db import OperationalError, connection, transaction

from core.named_locks import NamedLocks
from corps.models import Corp
from customers.models import Customer
from messaging import leases, outbox
from messaging.models import InboxEvent, OutboxEvent
from messaging.publisher import NotConfirmed, Outgoing
from messaging.relay import BATCH, PER_PART, Relay
from tests import make


class Broker:
    """Stands for the broker: notes what it is given, and refuses what it is told to."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []
        self.batches: list[int] = []
        self.refuses: set[int] = set()

    def publish(self, messages: Sequence[Outgoing]) -> set[int]:
        assert not connection.in_atomic_block, "no transaction may wait for the broker"
        self.batches.append(len(messages))
        good = [message for message in messages if message.id not in self.refuses]
        self.taken += good
        if len(good) < len(messages):
            raise NotConfirmed("refused", {message.id for message in good})
        return {message.id for message in good}

    def close(self) -> None:
        pass


class Shop:
    """A subject of events, as a model's row would be."""

    def __init__(self, pk: int, version: int, corp: Corp) -> None:
        self.pk, self.version, self.corp_id = pk, version, corp.pk

    class _meta:
        db_table = "shop"


def events(corp: Corp, count: int, *, subjects: int = 50, name: str = "shop.order.paid") -> list[OutboxEvent]:
    with transaction.atomic():
        outbox.record_many(
            [(name, Shop(n % subjects, n // subjects + 1, corp), {"n": n}) for n in range(count)], source="system"
        )
    return list(OutboxEvent.objects.order_by("id"))


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def relay(transactional_db: None, broker: Broker) -> Iterator[Relay]:
    relay = Relay(broker)
    yield relay
    relay.close()


@pytest.fixture
def corp(transactional_db: None) -> Corp:
    return make.corp()


def test_every_event_is_published_once_and_marked(relay: Relay, broker: Broker, corp: Corp) -> None:
    rows = events(corp, 450)
    while relay.pump():
        pass
    assert sorted(message.id for message in broker.taken) == [row.pk for row in rows]
    assert not OutboxEvent.objects.filter(published_at=None).exists()
    assert max(broker.batches) <= BATCH
    assert relay.pump() == 0


def test_what_travels_is_the_envelope_under_the_events_own_id_and_name(
    relay: Relay, broker: Broker, corp: Corp
) -> None:
    [row] = events(corp, 1)
    relay.pump()
    [message] = broker.taken
    assert (message.exchange, message.routing_key) == ("scrm.events", "shop.order.paid")
    assert message.message_id == str(row.event_id)
    assert orjson.loads(message.body) == row.payload
    assert row.payload["eventId"] == str(row.event_id)


def test_one_subjects_events_leave_in_the_order_of_their_versions(relay: Relay, broker: Broker, corp: Corp) -> None:
    events(corp, 600, subjects=7)
    while relay.pump():
        pass
    seen: dict[int, int] = {}
    for message in broker.taken:
        envelope = orjson.loads(message.body)
        assert envelope["aggregateVersion"] == seen.get(envelope["aggregateId"], 0) + 1
        seen[envelope["aggregateId"]] = envelope["aggregateVersion"]
    assert len(seen) == 7


def test_only_what_the_broker_confirmed_is_marked(relay: Relay, broker: Broker, corp: Corp) -> None:
    rows = events(corp, 40)
    broker.refuses = {rows[3].pk, rows[30].pk}
    with pytest.raises(NotConfirmed):
        relay.pump()
    left = OutboxEvent.objects.filter(published_at=None)
    assert {row.pk for row in left} == broker.refuses
    assert {(row.attempts, row.last_error) for row in left} == {(1, "refused")}
    broker.refuses = set()
    relay.pump()
    assert not OutboxEvent.objects.filter(published_at=None).exists()


def test_an_event_that_commits_late_under_a_lower_id_is_not_skipped(relay: Relay, broker: Broker, corp: Corp) -> None:
    early, late = events(corp, 2)
    OutboxEvent.objects.filter(pk=early.pk).delete()
    relay.pump()
    # The row with the lower id turns up after the higher one was published.
    early.save(force_insert=True)
    relay.pump()
    assert [message.id for message in broker.taken] == [late.pk, early.pk]


def test_a_flood_in_one_partition_does_not_hold_up_the_others(relay: Relay, broker: Broker, corp: Corp) -> None:
    events(corp, PER_PART * 3, subjects=1)
    with transaction.atomic():
        outbox.record("shop.order.lost", subject=Shop(2, 1, corp), data={}, source="system")
    first = relay.pump()
    assert first == PER_PART + 1
    assert "shop.order.lost" in {message.routing_key for message in broker.taken}


def test_an_idle_look_is_one_statement(relay: Relay, django_assert_num_queries: Any) -> None:
    relay.pump()
    with django_assert_num_queries(1):
        relay.pump()


def test_a_batch_costs_two_statements(relay: Relay, corp: Corp, django_assert_num_queries: Any) -> None:
    relay.pump()
    events(corp, 50)
    with django_assert_num_queries(2):
        relay.pump()


def test_the_relay_outlives_a_broker_that_is_away(relay: Relay, broker: Broker, corp: Corp) -> None:
    rows = events(corp, 3)
    broker.refuses = {row.pk for row in rows}
    stop = _StopAfter(lambda: setattr(broker, "refuses", set()), lambda: len(broker.taken) == 3)
    relay.run(stop)
    assert not OutboxEvent.objects.filter(published_at=None).exists()


def test_the_relay_outlives_a_database_that_is_away(
    relay: Relay, broker: Broker, corp: Corp, monkeypatch: pytest.MonkeyPatch
) -> None:
    events(corp, 3)
    whole = Relay._due

    def away(self: Relay, parts: list[int]) -> list[Outgoing]:
        raise OperationalError(2006, "gone away")

    monkeypatch.setattr(Relay, "_due", away)
    stop = _StopAfter(lambda: monkeypatch.setattr(Relay, "_due", whole), lambda: len(broker.taken) == 3)
    relay.run(stop)
    assert not OutboxEvent.objects.filter(published_at=None).exists()


def test_a_stop_finishes_the_batch_in_hand_and_no_other(relay: Relay, broker: Broker, corp: Corp) -> None:
    events(corp, 450)
    stop = threading.Event()
    publish = broker.publish

    def and_stop(messages: Sequence[Outgoing]) -> set[int]:
        stop.set()
        return publish(messages)

    broker.publish = and_stop  # type: ignore[method-assign]
    relay.run(stop)
    assert broker.batches == [BATCH]
    assert OutboxEvent.objects.exclude(published_at=None).count() == BATCH


def test_an_event_of_ours_that_somebody_reads_reaches_the_inbox_without_a_broker(corp: Corp) -> None:
    events(corp, 1)
    with transaction.atomic():
        outbox.record("customer.created", subject=Shop(9, 1, corp), data={}, source="system")
    relay = Relay()
    if not type(relay._publisher).__name__.startswith("Loopback"):
        pytest.skip("NOT RUN: a broker is configured")
    relay.pump()
    relay.close()
    assert list(InboxEvent.objects.values_list("name", "state")) == [("shop.order.paid", "pending")]
    assert not OutboxEvent.objects.filter(published_at=None).exists()
    assert not Customer.objects.exists(), "handlers are a worker's business"


def test_relays_share_the_partitions_and_take_over_from_the_dead(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "SETTLE_EVERY", -1)
    lines = [connection.copy() for _ in range(3)]
    relays = [leases.Leases(NamedLocks(line)) for line in lines]
    assert len(relays[0].parts()) == 16, "alone it has all"
    for _ in range(3):
        shares = [relay.parts() for relay in relays]
    assert sorted(part for share in shares for part in share) == list(range(16))
    assert sorted(map(len, shares)) == [4, 6, 6]
    relays[1].release()
    for _ in range(3):
        rest = [relays[0].parts(), relays[2].parts()]
    assert sorted(part for share in rest for part in share) == list(range(16))
    assert sorted(map(len, rest)) == [8, 8]
    for relay, line in zip(relays, lines, strict=True):
        relay.release()
        line.close()


class _StopAfter(threading.Event):
    """Ends the outage at the daemon's first pause, without a real wait, and stops it once the condition holds."""

    def __init__(self, mend: Any, condition: Any) -> None:
        super().__init__()
        self._mend, self._condition, self.waits = mend, condition, 0

    def is_set(self) -> bool:
        return self._condition() or self.waits > 1000

    def wait(self, timeout: float | None = None) -> bool:
        self.waits += 1
        self._mend()
        return self.is_set()
