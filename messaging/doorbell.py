"""Tell a worker that something waits. Best effort: a bell that isn't heard costs half a minute, until the sweep."""

from collections.abc import Sequence
from typing import Any

import structlog

from messaging import tasks

_log = structlog.get_logger("scrm.inbox")


def ring(event_pks: Sequence[int], *, producer: Any = None) -> None:
    """Ask for these events to be delivered. Never raises.

    Args:
        producer: a kombu producer of the caller's; by default one of Celery's.
    """
    if not event_pks:
        return
    try:
        # Nothing is declared on the way: that would wait for an answer.
        options: dict[str, Any] = {"producer": producer, "retry": False, "declare": []}
        tasks.deliver.apply_async(args=(list(event_pks),), **options)
    # Whatever is wrong with the broker, the rows are stored.
    except Exception as error:
        _log.info("doorbell_silent", error=type(error).__name__)
