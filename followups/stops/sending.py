"""Tell the operation service which SOPs are to stop.

At least once: the try is counted and committed, the call is made outside of any transaction, then the row is settled. A
process that dies in between sends again after the lease, under the same key, so that the service does it once.
"""

import datetime as dt
from typing import Any

import structlog
from django.conf import settings

from core.failpoints import failpoint
from core.time import now
from followups import operation_client
from followups.choices import StopState
from followups.models import SopStop
from followups.operation_client import OperationServiceClient
from followups.operation_errors import Broken, OperationError, Refused, Unreachable
from messaging.tries import pause_after

# Of one round; the next one begins half a minute later.
ROUND = 100
# Longer than the slowest call.
LEASE = dt.timedelta(seconds=60)
MOST_TRIES = 12
_log = structlog.get_logger("scrm.sops")


def send_due(*, client: OperationServiceClient | None = None) -> int:
    """Send what is due, a bounded number. Returns how many were tried; none where no service is set.

    Args:
        client: by default that of the service that is set.
    """
    if client is None and not settings.OPERATION_SERVICE["URL"]:
        return 0
    tried = 0
    due = SopStop.objects.filter(state=StopState.WAITING, due_at__lte=now()).order_by("due_at", "pk")
    for stop in list(due.select_related("enrolment")[:ROUND]):
        if not _take(stop):
            continue
        tried += 1
        if not _send(stop, client or operation_client.current()):
            break
    return tried


def _take(stop: SopStop) -> bool:
    """Claim it and count the try; False: somebody else was faster."""
    taken = _mine(stop).update(tries=stop.tries + 1, due_at=now() + LEASE)
    stop.tries += taken
    if taken:
        failpoint("stop.taken")
    return bool(taken)


def _send(stop: SopStop, client: OperationServiceClient) -> bool:
    """Returns False where the next one would meet the same."""
    if stop.enrolment.open_mark is None:
        _settle(stop, StopState.MOOT)
        return True
    try:
        heard = client.stop(
            corp_id=stop.corp_id,
            enrolment_id=stop.enrolment.enrolment_id,
            customer_id=stop.customer_id,
            reason=stop.reason,
            key=stop.key,
        )
    except OperationError as error:
        _react(stop, error)
        return not isinstance(error, Unreachable)
    failpoint("stop.sent")
    _settle(stop, StopState.TOLD if heard else StopState.MOOT)
    return True


def _react(stop: SopStop, error: OperationError) -> None:
    _log.warning("stop_not_told", stop=stop.pk, tries=stop.tries, why=str(error))
    given_up = isinstance(error, Refused) or (isinstance(error, Broken) and stop.tries >= MOST_TRIES)
    if given_up:
        _settle(stop, StopState.DEAD, str(error))
    else:
        # From some number of tries on, it is an hour each time.
        pause = pause_after(min(stop.tries, MOST_TRIES))
        _mine(stop).update(due_at=now() + pause, last_error=str(error)[:300])


def _settle(stop: SopStop, state: StopState, error: str = "") -> None:
    _mine(stop).update(state=state, settled_at=now(), last_error=error[:300])


def _mine(stop: SopStop) -> Any:
    return SopStop.objects.filter(pk=stop.pk, state=StopState.WAITING, tries=stop.tries)
