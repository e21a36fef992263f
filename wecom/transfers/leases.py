"""Who works on a transfer: one at a time, by a lease that a fence guards (reliability M4).

Whoever comes back after its lease finds the fence raised and stores nothing. What it had marked as being sent is then
looked for in WeCom's results by the next one.
"""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from django.db.models import Q

from core.retry import atomic_retry
from core.time import now
from customers.models import TransferJob
from customers.transfers import running

T = TypeVar("T")
# Longer than the slowest call with its repeats.
LEASE = dt.timedelta(seconds=130)
# How many due jobs are looked at when others are faster.
_LOOK = 20


class Fenced(Exception):
    """The job is somebody else's by now: nothing of this may be stored."""


def take(job_id: int | None = None) -> TransferJob | None:
    """A due job that nobody works on, now this worker's; None where there is none.

    Args:
        job_id: only this one.
    """
    moment = now()
    free = Q(taken_until=None) | Q(taken_until__lte=moment)
    due = TransferJob.objects.filter(free, due_at__lte=moment)
    for job in (due.filter(pk=job_id) if job_id else due).order_by("due_at", "pk")[:_LOOK]:
        same = TransferJob.objects.filter(free, pk=job.pk, fence=job.fence)
        if same.update(fence=job.fence + 1, taken_until=now() + LEASE):
            return TransferJob.objects.select_related("handover").get(pk=job.pk)
    return None


def under(job: TransferJob, act: Callable[[TransferJob], T]) -> T:
    """Run ``act`` on the locked row in one transaction, and hold the job for another while.

    Raises:
        Fenced: somebody else has the job; ``act`` was not run.
    """

    @atomic_retry
    def _held() -> T:
        held = TransferJob.objects.filter(pk=job.pk, fence=job.fence)
        if not held.update(taken_until=now() + LEASE):
            raise Fenced
        return act(TransferJob.objects.locked(pk=job.pk))

    return _held()


def release(job: TransferJob, *, until: dt.datetime | None, code: int | None = None, error: str = "") -> None:
    """Let go of it; whoever is free may take it after ``until``. None: when somebody changes it. Raises Fenced."""

    def _release(row: TransferJob) -> None:
        TransferJob.objects.filter(pk=row.pk).update(taken_until=None)
        running.put_off(row, until=until, code=code, error=error)

    under(job, _release)
