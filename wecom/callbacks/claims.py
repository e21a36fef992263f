"""Who works on which receipts, and what became of them. Any number of daemons claim side by side."""

import datetime as dt
import uuid
from collections.abc import Sequence

import structlog
from django.db.models import F, QuerySet

from core.time import now
from messaging.tries import MOST_TRIES, pause_after
from wecom.client.errors import Closed
from wecom.models import CallbackReceipt

State = CallbackReceipt.State
# As long as this nobody else takes what somebody has claimed; whoever was killed meanwhile is waited for in vain.
LEASE = dt.timedelta(seconds=120)
_log = structlog.get_logger("scrm.callbacks")


class WorkerLost(Exception):
    """The process ended during the last try."""


def take(*, urgent: bool, most: int, overdue: dt.timedelta = dt.timedelta()) -> list[CallbackReceipt]:
    """Claim what is due, the longest due first; the try is counted and committed before it begins.

    Args:
        overdue: only what has been due for so long.

    Returns: what is this caller's now. Receipts that kill whoever works on them run out of tries and are given up.
    """
    moment = now()
    due = CallbackReceipt.objects.filter(state=State.PENDING, urgent=urgent, due_at__lte=moment - overdue)
    pks = list(due.order_by("due_at").values_list("pk", flat=True)[:most])
    if not pks:
        return []
    some, token = CallbackReceipt.objects.filter(pk__in=pks), uuid.uuid4().hex
    # Somebody else may have been faster; the condition is looked at again under each row's lock.
    still = some.filter(state=State.PENDING, due_at__lte=moment)
    still.update(claimed_by=token, attempts=F("attempts") + 1, due_at=moment + LEASE)
    mine = list(some.filter(claimed_by=token).select_related("app").order_by("pk"))
    for row in mine:
        if row.attempts > MOST_TRIES:
            failed([row], WorkerLost("the process ended during the last try"))
    return [row for row in mine if row.attempts <= MOST_TRIES]


def done(receipts: Sequence[CallbackReceipt]) -> None:
    """Call it in the transaction of the work: both are kept or neither."""
    told = {"last_error": "", "error_code": None, "claimed_by": ""}
    _mine(receipts).update(state=State.DONE, settled_at=now(), **told)


def later(receipts: Sequence[CallbackReceipt], at: dt.datetime) -> None:
    """Nothing failed: WeCom may not have caught up with its own event, so it is looked at again then."""
    _mine(receipts).update(due_at=at, claimed_by="", attempts=F("attempts") - 1)


def failed(receipts: Sequence[CallbackReceipt], error: Exception) -> None:
    """Leave them for a later try, or for a person after the last one."""
    # Its kind, not its words: those may quote a customer. They are in the row, for who may see the corp's events.
    kind = type(error).__name__
    _log.warning("receipts_failed", receipts=[row.pk for row in receipts][:20], count=len(receipts), error=kind)
    told = {"last_error": f"{kind}: {error}"[:300], "error_code": getattr(error, "code", None), "claimed_by": ""}
    if isinstance(error, Closed):
        # No try was made: the window is closed for everybody.
        _mine(receipts).update(due_at=error.until, attempts=F("attempts") - 1, **told)
        return
    for tries in {row.attempts for row in receipts}:
        _note(_mine([row for row in receipts if row.attempts == tries]), tries, error, told)


def _note(rows: QuerySet[CallbackReceipt], tries: int, error: Exception, told: dict[str, object]) -> None:
    if tries >= MOST_TRIES:
        rows.update(state=State.DEAD, settled_at=now(), **told)
    else:
        rows.update(due_at=now() + pause_after(tries), **told)


def _mine(receipts: Sequence[CallbackReceipt]) -> QuerySet[CallbackReceipt]:
    """Those of them whose claim still stands."""
    tokens = {row.claimed_by for row in receipts}
    return CallbackReceipt.objects.filter(
        pk__in=[row.pk for row in receipts], claimed_by__in=tokens, state=State.PENDING
    )
