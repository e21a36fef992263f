import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from messaging import broker, outbox
from messaging.models import OutboxEvent
from tests import make
from tests.faults.messages import Daemon, PrivateRabbit
from tests.faults.mirror import Mirrored
from wecom.sandbox.company import Company

FAULTS = {
    "EVENT_QUEUE": "faults.events",
    "CELERY_TASK_DEFAULT_QUEUE": "faults.tasks",
    "EVENT_SUBSCRIPTIONS": "tests.faults.readers",
    "EMBEDDED_BROKER": False,
}


@pytest.fixture(scope="module")
def _rabbit() -> Iterator[PrivateRabbit]:
    node = PrivateRabbit()
    node.start()
    _declare(node)
    # Stopped in order once: the broker writes the names of new queues down late, and a queue that is killed within
    # seconds of its making may be gone in name and there in data, and never answer again.
    node.signal(signal.SIGTERM)
    node.process.wait(60)  # type: ignore[union-attr]
    node.start()
    yield node
    node.remove()


def _declare(node: PrivateRabbit) -> None:
    with override_settings(BROKER_URL=node.url, **FAULTS):
        broker.drop(broker.open_connection())


@pytest.fixture
def rabbit(_rabbit: PrivateRabbit, transactional_db: None, settings: Any) -> PrivateRabbit:
    """A RabbitMQ that may be killed. This process uses it too."""
    settings.BROKER_URL = _rabbit.url
    for name, value in FAULTS.items():
        setattr(settings, name, value)
    if _rabbit.process is None or _rabbit.process.poll() is not None:
        _rabbit.start()
    return _rabbit


@pytest.fixture
def daemon(rabbit: PrivateRabbit) -> Iterator[Callable[..., Daemon]]:
    """Starts processes of the service; whatever still runs is killed in the end."""
    with _starting(rabbit) as start:
        yield start


@pytest.fixture
def mirrored(transactional_db: None) -> Iterator[Callable[..., Mirrored]]:
    """Connects a company of the sandbox, whose daemons are killed in the end."""
    with ExitStack() as opened:
        start = opened.enter_context(_starting(None))

        def _connect(company: Company | None = None) -> Mirrored:
            return opened.enter_context(closing(Mirrored(company, start)))

        yield _connect


@contextmanager
def _starting(rabbit: PrivateRabbit | None) -> Iterator[Callable[..., Daemon]]:
    started: list[Daemon] = []

    def _start(*command: str, **environment: str) -> Daemon:
        process = Daemon(rabbit, *command, **environment)
        started.append(process)
        process.start()
        return process

    yield _start
    for process in started:
        # Shown when the test fails.
        sys.stdout.write(f"--- {' '.join(process.command())}\n{process.output()}\n")
        process.remove()


class Happenings:
    """Writes events about tags, and knows how often each tag must have been counted."""

    def __init__(self, tags: int = 50) -> None:
        group = make.group(make.corp())
        self.tags = [make.tag(group) for _ in range(tags)]
        self.expected = dict.fromkeys((tag.pk for tag in self.tags), 0)
        self._written = 0

    def write(self, count: int) -> None:
        """So many events in one transaction, each with the next version of its tag."""
        events = []
        for _ in range(count):
            tag = self.tags[self._written % len(self.tags)]
            self._written += 1
            tag.version += 1
            self.expected[tag.pk] += 1
            events.append(("fault.happened", _AtVersion(tag), {"tagId": tag.pk}))
        with transaction.atomic():
            outbox.record_many(events, source="system")

    def counted(self) -> dict[int, int]:
        return {tag.pk: tag.use_count for tag in type(self.tags[0]).objects.filter(pk__in=self.expected)}

    def left(self) -> int:
        """How many are not published yet."""
        return OutboxEvent.objects.filter(published_at=None).count()


class _AtVersion:
    """The tag as it is now: it has a later version when the next event is made."""

    def __init__(self, tag: Any) -> None:
        self.pk, self.version, self.corp_id, self._meta = tag.pk, tag.version, tag.corp_id, tag._meta


@pytest.fixture
def happenings(transactional_db: None) -> Happenings:
    return Happenings()
