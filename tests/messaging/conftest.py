import threading
import time
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from corps.models import Corp
from messaging import inbox
from messaging.models import InboxEvent
from tests import make


@pytest.fixture(autouse=True)
def readers(settings: Any) -> None:
    settings.EVENT_SUBSCRIPTIONS = "tests.messaging.readers"


@pytest.fixture
def corp(db: None) -> Corp:
    return make.corp()


@pytest.fixture
def arrive(corp: Corp) -> Any:
    """Store one event of the company as if it had come over the broker."""

    def _arrive(name: str = "shop.order.paid", **fields: Any) -> InboxEvent:
        message = body(corpId=fields.pop("corpId", corp.pk), **fields)
        row = inbox.parse(name, message)
        inbox.store([row])
        return InboxEvent.objects.get(event_id=row.event_id)

    return _arrive


def body(**fields: Any) -> bytes:
    """A foreign message: the original service's envelope, and what the test cares about."""
    return orjson.dumps(
        {"eventId": "1700000000000-k3j9x0q2a", "timestamp": "2026-11-22T08:30:00Z", "data": {}} | fields
    )


class Until(threading.Event):
    """A stop signal for daemons: set once the condition holds, or when its time is over."""

    def __init__(self, condition: Callable[[], bool], *, seconds: float = 10) -> None:
        super().__init__()
        self._condition, self._deadline = condition, time.monotonic() + seconds

    def is_set(self) -> bool:
        return time.monotonic() > self._deadline or self._condition()
