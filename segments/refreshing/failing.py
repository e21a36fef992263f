"""A run that comes to nothing: readers go on seeing the members of before, and why."""

import datetime as dt
from contextlib import suppress

from core.retry import atomic_retry
from core.time import now
from segments.choices import RunState
from segments.models import SegmentRun, SegmentStanding
from segments.refreshing import leases
from segments.refreshing.leases import Fenced

_PAUSE = dt.timedelta(minutes=1)


def note_failure(run: SegmentRun, error: str) -> bool:
    """Have it tried again after a while, or give it up after several times. Returns False: not at once."""
    run.failures += 1
    if run.failures >= leases.TRIES:
        return give_up(run, error)
    with suppress(Fenced):
        leases.write(run, failures=run.failures, last_error=error[:300], lease_until=now() + _PAUSE * run.failures)
    return False


def give_up(run: SegmentRun, error: str) -> bool:
    """End it, with the reason beside the segment for people to read. Returns False."""
    with suppress(Fenced):
        _end(run, error[:300])
    return False


@atomic_retry
def _end(run: SegmentRun, error: str) -> None:
    leases.over(run, RunState.FAILED, failures=run.failures, last_error=error)
    SegmentStanding.objects.filter(pk=run.segment_id).update(last_error=error)
