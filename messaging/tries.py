"""Tries of deliveries: claimed before they begin, marked in their work's transaction, counted when they fail."""

import datetime as dt
from collections.abc import Collection, Sequence

import structlog
from django.db.models import F

from core.retry import atomic_retry
from core.time import now
from messaging.models import InboxDelivery, InboxEvent

MOST_TRIES = 10
# A try that has begun keeps others away this long: more than a task's hard time limit, so never two at once.
LEASE = dt.timedelta(seconds=130)
_State, _Ending = InboxDelivery.State, InboxEvent.State
_log = structlog.get_logger("scrm.inbox")


class WorkerLost(Exception):
    """The process was killed while the handler ran."""


def pause_after(attempts: int) -> dt.timedelta:
    """1 s, 3 s, 9 s, … up to an hour: ten tries span about two hours."""
    return dt.timedelta(seconds=min(3600, 3 ** (attempts - 1)))


@atomic_retry
def claim(deliveries: Sequence[InboxDelivery]) -> list[InboxDelivery]:
    """Count the try of each and commit that before it begins, so that one which kills its worker runs out of tries too.

    Returns: those of them that are this caller's now; somebody else was faster with the others.
    """
    mine = held(deliveries)
    rows = InboxDelivery.objects.filter(pk__in=[row.pk for row in mine])
    if mine:
        rows.update(attempts=F("attempts") + 1, due_at=now() + LEASE)
    for row in mine:
        row.attempts += 1
    return mine


def held(deliveries: Sequence[InboxDelivery]) -> list[InboxDelivery]:
    """Those which still are as the caller knows them. Nobody else can claim them while the transaction is open."""
    rows = InboxDelivery.objects.filter(pk__in=[row.pk for row in deliveries], state=_State.PENDING)
    tries = dict(rows.select_for_update().order_by("pk").values_list("pk", "attempts"))
    return [row for row in deliveries if tries.get(row.pk) == row.attempts]


def done(deliveries: Sequence[InboxDelivery]) -> None:
    """Call it in the transaction of the work: both are kept or neither."""
    rows = InboxDelivery.objects.filter(pk__in=[row.pk for row in deliveries])
    rows.update(state=_State.DONE, last_error="")
    settle({row.event_id for row in deliveries})


@atomic_retry
def failed(delivery: InboxDelivery, error: Exception) -> None:
    """Leave it for a later try, or for a person after the last one."""
    # Its kind, not its words: those may quote a customer. They are in the row, for who may see the corp's events.
    kind = type(error).__name__
    _log.warning("delivery_failed", delivery=delivery.pk, handler=delivery.handler, tries=delivery.attempts, error=kind)
    same = InboxDelivery.objects.filter(pk=delivery.pk, state=_State.PENDING, attempts=delivery.attempts)
    same.update(
        state=_State.DEAD if delivery.attempts >= MOST_TRIES else _State.PENDING,
        due_at=now() + pause_after(delivery.attempts),
        last_error=f"{kind}: {error}"[:500],
    )
    settle([delivery.event_id])


def settle(event_pks: Collection[int]) -> None:
    """Give each event the state that its deliveries add up to. The last thing that its transaction does.

    The events' locks order the endings of their handlers, so that the last one sees that it is the last.
    """
    events = InboxEvent.objects.filter(pk__in=event_pks)
    states: dict[int, set[str]] = {
        pk: set() for pk in events.select_for_update().order_by("pk").values_list("pk", flat=True)
    }
    for pk, state in InboxDelivery.objects.filter(event_id__in=event_pks).values_list("event_id", "state"):
        states[pk].add(state)
    for ending in (_Ending.PENDING, _Ending.DEAD, _Ending.DONE):
        if ended := [pk for pk, found in states.items() if _sum(found) == ending]:
            settled = None if ending == _Ending.PENDING else now()
            InboxEvent.objects.filter(pk__in=ended).update(state=ending, settled_at=settled)


def _sum(states: set[str]) -> str:
    if _State.PENDING in states:
        return _Ending.PENDING
    return _Ending.DEAD if _State.DEAD in states else _Ending.DONE
