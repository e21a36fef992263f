"""Who works on a run: one at a time, by a lease that a fence guards (reliability M4)."""

import datetime as dt
from copy import copy
from typing import Any

from core.time import now
from segments.choices import RunState
from segments.models import SegmentRun

# Longer than the longest question may take.
LEASE = dt.timedelta(seconds=150)
# How many times a run is tried.
TRIES = 3


class Fenced(Exception):
    """The run is somebody else's by now, or over: nothing of this may be stored."""


def take(run: SegmentRun, **fields: Any) -> SegmentRun:
    """Make the run this worker's and store ``fields``. Returns it as it is then; what was given is left as it was, for
    the transaction may have to begin again.

    Raises:
        Fenced: it isn't as it was read. Of several takers one finds it so: whoever writes a run moves its lease.
    """
    same = SegmentRun.objects.filter(pk=run.pk, open_mark=1, fence=run.fence, lease_until=run.lease_until)
    fields = {"fence": run.fence + 1, "lease_until": now() + LEASE} | fields
    if not same.update(**fields):
        raise Fenced
    taken = copy(run)
    for name, value in fields.items():
        setattr(taken, name, value)
    return taken


def write(run: SegmentRun, **fields: Any) -> None:
    """Store ``fields`` and hold the run for another while.

    Raises:
        Fenced: the fence has moved. Roll back what this transaction did.
    """
    fields = {"lease_until": now() + LEASE} | fields
    if not SegmentRun.objects.filter(pk=run.pk, fence=run.fence, open_mark=1).update(**fields):
        raise Fenced
    for name, value in fields.items():
        setattr(run, name, value)


def release(run: SegmentRun) -> None:
    """Let go of it: whoever is free goes on. Raises Fenced."""
    write(run, lease_until=now())


def over(run: SegmentRun, state: RunState, **fields: Any) -> None:
    """End it. Raises Fenced."""
    write(run, state=state, finished_at=now(), lease_until=None, **fields)
