"""Run the handlers of stored events: each once, its mark in its work's transaction, tried again with growing pauses.

First tries run together, up to fifty in one transaction and in the order of their events; what fails or is interrupted
goes alone from then on, so that a bad event costs only itself (docs/decisions/0035-deliveries-together.md).
"""

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from core.failpoints import failpoint
from core.time import now
from messaging import causes, inbox, tries
from messaging.models import InboxDelivery, InboxEvent

MOST_TOGETHER = 50
# A transaction begins no further handler after so long: what it has locked, others wait for.
TOGETHER_SECONDS = 0.1
# Where one may write at a time, others look for a gap every 25 ms at most (SQLite): they are left one that they meet.
GAP_SECONDS = 0.025
SWEEP_MOST = 500


def deliver(event_pks: Sequence[int]) -> None:
    """Run what is due of these events' deliveries, and with them the oldest others, up to a transaction's fill.

    Bells ring for few events each when those come one by one: left alone, a backlog would be worked off one by one too.
    A repeat finds nothing due, and takes nothing along.
    """
    rung = list(_due().filter(event_id__in=event_pks))
    beside = MOST_TOGETHER - len(rung)
    if rung and beside > 0:
        others = _due().filter(attempts=0).exclude(pk__in=[row.pk for row in rung])
        rung += others.order_by("due_at", "id")[:beside]
    _work_off(sorted(rung, key=lambda row: (row.event_id, row.pk)))


def sweep(*, seconds: float = 60) -> int:
    """Run overdue deliveries, whether or not anybody rang: the rows are the truth, a message is only a doorbell.

    Args:
        seconds: begin no further ones after this time.

    Returns: how many were tried.
    """
    return _work_off(_due().order_by("due_at", "id")[:SWEEP_MOST], until=time.monotonic() + seconds)


def _due() -> QuerySet[InboxDelivery]:
    return InboxDelivery.objects.filter(state=InboxDelivery.State.PENDING, due_at__lte=now())


def _work_off(due: Iterable[InboxDelivery], *, until: float = math.inf) -> int:
    tried = 0
    for some in _portions(due):
        if time.monotonic() > until:
            break
        tried += _try(some)
    return tried


def _portions(due: Iterable[InboxDelivery]) -> Iterator[list[InboxDelivery]]:
    """In their order: first tries by the fifty, each further try for itself."""
    for first, rows in groupby(due, key=lambda row: row.attempts == 0):
        some, most = list(rows), MOST_TOGETHER if first else 1
        yield from (some[start : start + most] for start in range(0, len(some), most))


def _try(some: list[InboxDelivery]) -> int:
    """Claim, run, mark. Returns how many were tried: not those with which somebody else was faster."""
    if some[0].attempts >= tries.MOST_TRIES:
        # Its last try never came back to say how it ended.
        tries.failed(some[0], tries.WorkerLost("the process ended during the last try"))
        return 1
    mine = left = tries.claim(some)
    if mine:
        failpoint("delivery.claimed")
    while left:
        began = time.monotonic()
        left = left[_run_some(left) :]
        _leave_a_gap(time.monotonic() - began)
    return len(mine)


def _leave_a_gap(held: float) -> None:
    """A quarter of what the only lock was held for: requests that write want it too."""
    if not connection.features.has_select_for_update:
        time.sleep(min(GAP_SECONDS, held / 4))


def _run_some(left: list[InboxDelivery]) -> int:
    """Run the first of these in one transaction or, where that fails, each in its own. Returns how many are over."""
    begun: list[InboxDelivery] = []
    try:
        _run(left, begun)
    # Whatever a handler raises is its failure, not this loop's.
    except Exception as error:
        if len(left) == 1:
            tries.failed(left[0], error)
        else:
            for one in begun or left[:1]:
                _run_some([one])
    return max(1, len(begun))


@transaction.atomic
def _run(left: list[InboxDelivery], begun: list[InboxDelivery]) -> None:
    """Run handlers until the time is up, and mark them. ``begun`` tells how far it came, also where it raises."""
    until, held = time.monotonic() + TOGETHER_SECONDS, set(tries.held(left))
    events = InboxEvent.objects.in_bulk({row.event_id for row in held})
    for delivery in left:
        if begun and time.monotonic() > until:
            break
        begun.append(delivery)
        if delivery in held:
            _handle(delivery, events[delivery.event_id])
    tries.done([delivery for delivery in begun if delivery in held])
    failpoint("delivery.marked")


def _handle(delivery: InboxDelivery, event: InboxEvent) -> None:
    handler = import_string(delivery.handler)
    with causes.caused_by(event_id=event.event_id, hops=event.payload.get("hops") or 0):
        handler(inbox.incoming(event))
    failpoint("delivery.handled")
