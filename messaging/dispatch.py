"""Run the handlers of stored events: each once, its mark in its work's transaction, tried again with growing pauses."""

import datetime as dt
import time

import structlog
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from core.failpoints import failpoint
from core.time import now
from messaging import causes, inbox
from messaging.models import InboxDelivery, InboxEvent

MOST_TRIES = 10
# A try that has begun keeps others away this long: more than a task's hard time limit, so never two at once.
LEASE = dt.timedelta(seconds=130)
SWEEP_MOST = 500
_log = structlog.get_logger("scrm.inbox")


class WorkerLost(Exception):
    """The process was killed while the handler ran."""


def deliver(event_pk: int) -> None:
    """Run what is due of one event's deliveries. A repeat finds nothing due."""
    due = InboxDelivery.objects.filter(event_id=event_pk, state=InboxDelivery.State.PENDING, due_at__lte=now())
    for delivery in due.order_by("id"):
        _try(delivery)


def sweep(*, seconds: float = 60) -> int:
    """Run overdue deliveries, whether or not anybody rang: the rows are the truth, a message is only a doorbell.

    Args:
        seconds: begin no further one after this time.

    Returns: how many were tried.
    """
    until = time.monotonic() + seconds
    due = InboxDelivery.objects.filter(state=InboxDelivery.State.PENDING, due_at__lte=now())
    tried = 0
    for delivery in due.order_by("due_at")[:SWEEP_MOST]:
        if time.monotonic() > until:
            break
        tried += _try(delivery)
    return tried


def pause_after(attempts: int) -> dt.timedelta:
    """1 s, 3 s, 9 s, … up to an hour: ten tries span about two hours."""
    return dt.timedelta(seconds=min(3600, 3 ** (attempts - 1)))


def _try(delivery: InboxDelivery) -> bool:
    """Claim, run, mark. Returns False where somebody else was faster."""
    if delivery.attempts >= MOST_TRIES:
        # Its last try never came back to say how it ended.
        _note_failure(delivery, WorkerLost("the process ended during the last try"))
        return True
    if not _claim(delivery):
        return False
    failpoint("delivery.claimed")
    try:
        _run(delivery)
    # Whatever a handler raises is its failure, not this loop's.
    except Exception as error:
        _note_failure(delivery, error)
    return True


def _claim(delivery: InboxDelivery) -> bool:
    """Count the try and commit that before it begins, so that one which kills its worker runs out of tries too."""
    same = InboxDelivery.objects.filter(pk=delivery.pk, state=InboxDelivery.State.PENDING, attempts=delivery.attempts)
    claimed = same.update(attempts=F("attempts") + 1, due_at=now() + LEASE)
    delivery.attempts += 1
    return bool(claimed)


@transaction.atomic
def _run(delivery: InboxDelivery) -> None:
    # The event's lock also orders its handlers' endings, so that the last one sees that it is the last.
    event = InboxEvent.objects.select_for_update().get(pk=delivery.event_id)
    if not _is_mine(delivery):
        return
    handler = import_string(delivery.handler)
    with causes.caused_by(event_id=event.event_id, hops=event.payload.get("hops") or 0):
        handler(inbox.incoming(event))
    failpoint("delivery.handled")
    InboxDelivery.objects.filter(pk=delivery.pk).update(state=InboxDelivery.State.DONE, last_error="")
    settle(event)


def _is_mine(delivery: InboxDelivery) -> bool:
    """Whether the claim still stands, read under the event's lock."""
    return InboxDelivery.objects.filter(
        pk=delivery.pk, state=InboxDelivery.State.PENDING, attempts=delivery.attempts
    ).exists()


def settle(event: InboxEvent) -> None:
    """Give the event the state that its deliveries add up to. Call it under the event's lock."""
    states = set(event.deliveries.values_list("state", flat=True))
    if InboxDelivery.State.PENDING in states:
        state, settled = InboxEvent.State.PENDING, None
    else:
        dead = InboxDelivery.State.DEAD in states
        state, settled = InboxEvent.State.DEAD if dead else InboxEvent.State.DONE, now()
    InboxEvent.objects.filter(pk=event.pk).update(state=state, settled_at=settled)


@transaction.atomic
def _note_failure(delivery: InboxDelivery, error: Exception) -> None:
    """Leave it for a later try, or for a person after the last one."""
    # Its kind, not its words: those may quote a customer. They are in the row, for who may see the corp's events.
    kind = type(error).__name__
    _log.warning("delivery_failed", delivery=delivery.pk, handler=delivery.handler, tries=delivery.attempts, error=kind)
    event = InboxEvent.objects.select_for_update().get(pk=delivery.event_id)
    dead = delivery.attempts >= MOST_TRIES
    InboxDelivery.objects.filter(pk=delivery.pk, state=InboxDelivery.State.PENDING, attempts=delivery.attempts).update(
        state=InboxDelivery.State.DEAD if dead else InboxDelivery.State.PENDING,
        due_at=now() + pause_after(delivery.attempts),
        last_error=f"{kind}: {error}"[:500],
    )
    settle(event)
