"""Workers that are killed by their tasks, and clocks that are killed: real processes on a broker of the test's own."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.db.models import Q
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from kombu import Connection

from messaging import broker
from messaging.consumer import EventConsumer
from messaging.models import DeadLetter
from tests.faults.messages import Daemon, PrivateRabbit
from tests.faults.private import wait_for
from tests.messaging.conftest import Until

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.timeout(600)]
WORKER = ("-m", "celery", "-A", "scrm_customer", "worker", "-c", "2", "-I", "tests.faults.tasks", "-l", "WARNING")
BEAT = ("-m", "celery", "-A", "scrm_customer", "beat", "-l", "WARNING")
Start = Callable[..., Daemon]


def runs(folder: Path) -> Counter[str]:
    path = folder / "runs"
    return Counter(path.read_text().split()) if path.exists() else Counter()


def send(rabbit: PrivateRabbit, name: str, *args: Any) -> None:
    """Send a task as a process of the service would, but over the test's broker."""
    sender = Celery(broker=rabbit.url)
    sender.send_task(name, args=args, exchange="faults.tasks", routing_key="faults.tasks", ignore_result=True)
    sender.close()


def test_a_task_that_kills_its_worker_runs_six_times_at_most_and_two_hundred_good_ones_all_run(
    rabbit: PrivateRabbit, daemon: Start, tmp_path: Path
) -> None:
    broker.drop(broker.open_connection())
    worker = daemon(*WORKER)
    rabbit.wait_for_consumer("faults.tasks")
    names = [f"good{n}" for n in range(200)]
    for position, name in enumerate(names):
        if position == 20:
            send(rabbit, "tests.faults.tasks.poison", str(tmp_path))
        send(rabbit, "tests.faults.tasks.good", str(tmp_path), name)
    wait_for(lambda: set(names) <= set(runs(tmp_path)), 120, "all good tasks done")
    EventConsumer().run(Until(DeadLetter.objects.exists, seconds=120))
    assert runs(tmp_path)["poison"] == 6
    letter = DeadLetter.objects.get()
    assert (letter.queue, letter.reason) == ("faults.tasks", "delivery_limit")
    assert letter.headers["headers"]["task"] == "tests.faults.tasks.poison"
    assert not worker.ended()


def test_a_worker_declares_no_queues_but_its_own(rabbit: PrivateRabbit, daemon: Start, tmp_path: Path) -> None:
    daemon(*WORKER)
    send_when_ready = "tests.faults.tasks.good"
    rabbit.wait_for_consumer("faults.tasks")
    send(rabbit, send_when_ready, str(tmp_path), "ran")
    wait_for(lambda: runs(tmp_path)["ran"] == 1, 60, "the task done")
    assert not _exists(rabbit, "celery_delayed_27")


def test_of_two_clocks_one_sends_and_when_it_is_killed_the_other_goes_on(rabbit: PrivateRabbit, daemon: Start) -> None:
    broker.drop(broker.open_connection())
    first = daemon(*BEAT)
    wait_for(lambda: PeriodicTask.objects.count() > 1, 90, "the first clock's timetable")
    daemon(*BEAT)
    second_step = _one_off_tasks("a", 5)
    wait_for(lambda: _all_sent(second_step), 180, "the first five sent")
    first.kill()
    third_step = _one_off_tasks("b", 5)
    wait_for(lambda: _all_sent(third_step), 180, "the second five sent by the other clock")
    sent = _sent_names(rabbit)
    assert {name: sent[name] for name in second_step + third_step} == dict.fromkeys(second_step + third_step, 1)


def _one_off_tasks(prefix: str, count: int) -> list[str]:
    """Jobs that are due once, as soon as a clock reads of them."""
    each_second = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)[0]
    names = [f"{prefix}{n}" for n in range(count)]
    for name in names:
        PeriodicTask.objects.create(name=name, task="no.such.task", interval=each_second, one_off=True)
    return names


def _all_sent(names: list[str]) -> bool:
    # A second after it was sent, a job that is due once is switched off, and its count begins anew.
    sent = Q(total_run_count__gt=0) | Q(enabled=False)
    return PeriodicTask.objects.filter(sent, name__in=names).count() == len(names)


def _sent_names(rabbit: PrivateRabbit) -> Counter[str]:
    """Which jobs' messages lie in the task queue."""
    found: Counter[str] = Counter()
    with Connection(rabbit.url) as link:
        while (message := link.default_channel.basic_get("faults.tasks", no_ack=True)) is not None:
            found[message.headers["periodic_task_name"]] += 1
    return found


def _exists(rabbit: PrivateRabbit, queue: str) -> bool:
    with Connection(rabbit.url) as link:
        try:
            link.default_channel.queue_declare(queue, passive=True)
        except link.channel_errors:
            return False
    return True
