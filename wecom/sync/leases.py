"""Who works on a run: one at a time, by a lease that a fence guards (reliability M4).

A runner renews its lease with each page. One that falls silent loses it after ``LEASE``: the next taker raises the
fence, and whatever the first still writes names a fence that is no longer the row's.
"""

import datetime as dt
from typing import Any

from core.time import now
from wecom.models import SyncRun
from wecom.sync.asking import earlier

LEASE = dt.timedelta(seconds=60)
# How many due runs are looked at when the first ones wait for others.
_LOOK = 50
State = SyncRun.State


class Fenced(Exception):
    """The run is somebody else's by now, or over: nothing of this may be stored."""


def take(run_id: int | None = None) -> SyncRun | None:
    """A due run that nobody works on, now this runner's; None where there is none.

    Args:
        run_id: only this one.
    """
    moment = now()
    due = SyncRun.objects.filter(state__in=(State.QUEUED, State.RUNNING), lease_until__lte=moment)
    for run in (due.filter(pk=run_id) if run_id else due).order_by("lease_until", "pk")[:_LOOK]:
        if (run.state == State.RUNNING or not _waits(run)) and _claim(run, moment):
            run.refresh_from_db()
            return run
    return None


def write(run: SyncRun, **fields: Any) -> None:
    """Store ``fields`` and hold the run for another while. In a page's transaction this is what decides about it.

    Raises:
        Fenced: the fence has moved. Roll back what this transaction did.
    """
    fields = {"lease_until": now() + LEASE} | fields
    held = SyncRun.objects.filter(pk=run.pk, fence=run.fence, finished_at=None)
    if not held.update(**fields):
        raise Fenced
    for name, value in fields.items():
        setattr(run, name, value)


def release(run: SyncRun, *, until: dt.datetime | None = None, **fields: Any) -> None:
    """Let go of it: whoever is free may take it after ``until``, by default at once. Raises Fenced."""
    write(run, lease_until=until or now(), **fields)


def _claim(run: SyncRun, moment: dt.datetime) -> bool:
    """By conditional update: of several takers one finds the fence as it was read."""
    same = SyncRun.objects.filter(pk=run.pk, fence=run.fence, state=run.state, lease_until__lte=moment)
    begun = now()
    held = {"fence": run.fence + 1, "lease_until": begun + LEASE}
    return bool(same.update(state=State.RUNNING, started_at=run.started_at or begun, **held))


def _waits(run: SyncRun) -> bool:
    """Whether a run of an earlier kind has to be over first. One that needs approval is over enough."""
    ahead = SyncRun.objects.filter(corp_id=run.corp_id, kind__in=earlier(run.kind), finished_at=None)
    return ahead.filter(state__in=(State.QUEUED, State.RUNNING)).exists()
