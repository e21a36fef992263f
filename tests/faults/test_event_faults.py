"""Events while processes are killed: none lost, none applied twice. ``make chaos`` runs the same with larger ones."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from kombu import Queue

from core.retry import atomic_retry
from corps import accounts
from corps.actors import SYSTEM
from customers.models import Customer
from messaging import broker, dispatch
from messaging.models import DeadLetter, InboxDelivery, InboxEvent, OutboxEvent
from messaging.publisher import AmqpPublisher, NotConfirmed, Outgoing
from tests import make
from tests.faults.conftest import Happenings
from tests.faults.messages import Daemon, PrivateRabbit, number, service_environment
from tests.faults.private import WebServer, wait_for

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.timeout(7200)]
EVENTS, KILLS = number("CHAOS_EVENTS", 10_000), number("CHAOS_KILLS", 4)
OUTAGE, WRITES, HANGS = number("CHAOS_OUTAGE", 30), number("CHAOS_WRITES", 2_000), number("CHAOS_HANGS", 2)
RELAY, CONSUMER = ("manage.py", "relay_events"), ("manage.py", "consume_events")
WORKER = ("-m", "celery", "-A", "scrm_customer", "worker", "-c", "2", "-l", "WARNING")
Start = Callable[..., Daemon]


def deliver_the_rest() -> None:
    """What a beat does: sweep until nothing is due. Tries that a kill interrupted would have to wait; they need not."""
    while left := sorted(InboxDelivery.objects.filter(state="pending").values_list("pk", flat=True)):
        for start in range(0, len(left), 100):
            _due_at_once(left[start : start + 100])
        dispatch.sweep()


@atomic_retry
def _due_at_once(some: list[int]) -> None:
    # The worker still works, and locks the same rows: few at a time, in its order, hardly ever meet it.
    InboxDelivery.objects.filter(pk__in=some, state="pending").update(due_at="2026-01-01T00:00:00Z")


def test_nothing_is_lost_or_done_twice_while_broker_relay_and_consumer_are_killed(
    rabbit: PrivateRabbit, daemon: Start, happenings: Happenings
) -> None:
    relay, consumer = daemon(*RELAY), daemon(*CONSUMER)
    daemon(*WORKER)
    for queue in ("faults.events", "faults.tasks"):
        rabbit.wait_for_consumer(queue)
    victims = [rabbit, relay, consumer] * KILLS
    share = EVENTS // len(victims)
    for victim in victims:
        happenings.write(share)
        wait_for(lambda: happenings.left() < share, 90, "the relay at work")
        victim.restart()
    happenings.write(EVENTS - sum(happenings.expected.values()))
    wait_for(lambda: happenings.left() == 0, 60 + EVENTS / 500, "the outbox empty")
    wait_for(lambda: InboxEvent.objects.count() == EVENTS, 60 + EVENTS / 200, "all events in the inbox")
    deliver_the_rest()
    assert happenings.counted() == happenings.expected
    assert InboxDelivery.objects.filter(state="done").count() == EVENTS
    assert not DeadLetter.objects.exists()


def test_a_broker_that_is_down_fails_no_write_and_gets_every_event_afterwards(
    rabbit: PrivateRabbit, daemon: Start
) -> None:
    corp = make.corp()
    key = accounts.issue_key(account=make.account(corp, rate=1_000_000), by=SYSTEM)[1]
    heard = _listen("customer.created")
    daemon(*RELAY)
    web = WebServer(**service_environment(rabbit) | {"ACCESS_LOG": "0"})
    web.start()
    rabbit.kill()
    down = time.monotonic()
    try:
        statuses = _write_customers(web.port, key, WRITES)
    finally:
        web.remove()
    assert statuses == [201] * WRITES
    assert OutboxEvent.objects.filter(name="customer.created", published_at=None).count() == WRITES
    wait_for(lambda: time.monotonic() - down > OUTAGE, OUTAGE + 1, "the outage's end")
    rabbit.start()
    wait_for(lambda: not OutboxEvent.objects.filter(published_at=None).exists(), 60, "the outbox empty")
    wanted = {str(event_id) for event_id in OutboxEvent.objects.values_list("event_id", flat=True)}
    assert _message_ids(heard) == wanted
    assert Customer.objects.count() == WRITES


def test_a_hung_broker_is_given_up_and_no_late_answer_counts_for_another_message(rabbit: PrivateRabbit) -> None:
    heard = _listen("hang.test")
    publisher = AmqpPublisher()
    publisher.publish([_message(0, b"{}")])
    for trial in range(1, HANGS + 1):
        rabbit.signal(signal.SIGSTOP)
        try:
            with pytest.raises(NotConfirmed) as failure:
                publisher.publish([_message(trial * 10, b"{}")])
        finally:
            rabbit.signal(signal.SIGCONT)
        assert failure.value.confirmed == set()
        large = _message(trial * 10 + 1, b"{%s}" % (b" " * 2_000_000))
        assert publisher.publish([large]) == {trial * 10 + 1}
        assert f"m{trial * 10 + 1}" in _message_ids(heard)
    publisher.close()


@pytest.mark.parametrize("step", ["relay.confirmed", "relay.marked"])
def test_a_relay_killed_at_any_step_costs_a_repetition_at_most(
    step: str, daemon: Start, happenings: Happenings
) -> None:
    happenings.write(30)
    assert daemon(*RELAY, FAILPOINTS=f"{step}=kill").exit_code() == -signal.SIGKILL
    daemon(*RELAY)
    daemon(*CONSUMER)
    wait_for(lambda: happenings.left() == 0, 60, "the outbox empty")
    wait_for(lambda: InboxEvent.objects.count() == 30, 60, "all events in the inbox")
    deliver_the_rest()
    assert happenings.counted() == happenings.expected


@pytest.mark.parametrize("step", ["inbox.stored", "consumer.stored"])
def test_a_consumer_killed_at_any_step_gets_the_messages_again(
    step: str, daemon: Start, happenings: Happenings
) -> None:
    happenings.write(30)
    daemon(*RELAY)
    assert daemon(*CONSUMER, FAILPOINTS=f"{step}=kill").exit_code() == -signal.SIGKILL
    daemon(*CONSUMER)
    wait_for(lambda: InboxEvent.objects.count() == 30, 60, "all events in the inbox")
    deliver_the_rest()
    assert happenings.counted() == happenings.expected


@pytest.mark.parametrize("step", ["delivery.claimed", "delivery.handled", "delivery.marked"])
def test_a_worker_killed_at_any_step_of_a_batch_leaves_the_work_undone_and_the_tries_counted(
    step: str, daemon: Start, happenings: Happenings
) -> None:
    happenings.write(60)
    daemon(*RELAY)
    daemon(*CONSUMER)
    wait_for(lambda: InboxEvent.objects.count() == 60, 60, "all events in the inbox")
    sweep = "import django; django.setup(); from messaging import dispatch; dispatch.sweep()"
    environment = {"FAILPOINTS": f"{step}=kill", "DJANGO_SETTINGS_MODULE": "scrm_customer.settings"}
    assert daemon("-c", sweep, **environment).exit_code() == -signal.SIGKILL
    assert sum(happenings.counted().values()) == 0
    tries = InboxDelivery.objects.values_list("attempts", flat=True)
    assert sorted(tries) == [0] * 10 + [1] * 50
    deliver_the_rest()
    assert sorted(tries.all()) == [1] * 10 + [2] * 50
    assert happenings.counted() == happenings.expected


def test_a_stop_signal_ends_relay_and_consumer_cleanly(daemon: Start, happenings: Happenings) -> None:
    processes = [daemon(*RELAY), daemon(*CONSUMER)]
    happenings.write(500)
    wait_for(lambda: InboxEvent.objects.count() == 500, 60, "all events in the inbox")
    for process in processes:
        process.signal(signal.SIGTERM)
    assert [process.exit_code(within=30) for process in processes] == [0, 0]
    assert [process.output() for process in processes] == ["", ""]


def _write_customers(port: int, key: str, count: int) -> list[int]:
    headers = {"Authorization": f"Api-Key {key}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as client:

        def write(n: int) -> int:
            body: dict[str, Any] = {"externalUserid": f"wmFault{n}", "name": "韩梅梅"}
            return client.post("/api/v1/customers", json=body).status_code

        with ThreadPoolExecutor(4) as threads:
            return list(threads.map(write, range(count)))


def _listen(key: str) -> str:
    """A durable queue of this test's own for these events. Returns its name."""
    link = broker.open_connection()
    queue = Queue(f"heard.{key}.{os.getpid()}", exchange=None, durable=True, auto_delete=False)(link.default_channel)
    queue.queue_declare()
    queue.purge()
    queue.bind_to("scrm.events", routing_key=key)
    broker.drop(link)
    return queue.name


def _message_ids(queue: str) -> set[str]:
    """The ids of all that lies in the queue, which is empty afterwards."""
    link = broker.open_connection()
    found = set()
    while (message := link.default_channel.basic_get(queue, no_ack=True)) is not None:
        found.add(message.properties["message_id"])
    broker.drop(link)
    return found


def _message(ident: int, body: bytes) -> Outgoing:
    return Outgoing(id=ident, routing_key="hang.test", message_id=f"m{ident}", body=body, exchange="scrm.events")
