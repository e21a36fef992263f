"""Which chats go in the next call. They are marked and committed before it, so that whoever dies after it sends none of
them again: they are in doubt then, and looked at first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from core.retry import atomic_retry
from core.time import day_range, now
from corps.models import Employee
from groups.models import GroupTransferItem, GroupTransferJob

# Chats of one call, and of one owner in a day of UTC+8 (page 92127).
MOST, A_DAY = 100, 300
# Longer than the slowest call.
LEASE = dt.timedelta(seconds=130)
_ZONE = ZoneInfo("Asia/Shanghai")
State = GroupTransferItem.State


@dataclass(slots=True)
class Batch:
    """Chats of one call: of one job and one owner, all of a leaver's or none."""

    job: GroupTransferJob
    leaver: bool
    items: list[GroupTransferItem]


def due_jobs(resting: Sequence[int] = ()) -> list[int]:
    """Jobs that run and have something to send now, oldest first. ``resting``: companies that are left alone."""
    moment = now()
    ready = Q(items__state=State.WAITING) & (Q(items__due_at=None) | Q(items__due_at__lte=moment))
    jobs = GroupTransferJob.objects.filter(ready, state=GroupTransferJob.State.RUNNING).exclude(corp_id__in=resting)
    return list(jobs.order_by("pk").values_list("pk", flat=True).distinct()[:50])


@atomic_retry
def take(job_id: int) -> Batch | None:
    """Mark up to a hundred chats as being sent. Commit before the call.

    The owner's row is locked while their day is counted, so that two who take at once don't send 301. What is over the
    day's limit is due tomorrow.

    Returns: None where the job has nothing to send, or doesn't run any more.
    """
    job = GroupTransferJob.objects.select_for_update().filter(pk=job_id, state=GroupTransferJob.State.RUNNING).first()
    if job is None:
        return None
    moment = now()
    ready = job.items.filter(Q(due_at=None) | Q(due_at__lte=moment), state=State.WAITING).order_by("pk")
    first = ready.first()
    if first is None:
        return None
    mine = ready.filter(owner_id=first.owner_id, leaver=first.leaver)
    Employee.objects.select_for_update().get(pk=first.owner_id)
    room = A_DAY - sent_today(first.owner_id or 0, moment)
    if room <= 0:
        mine.update(due_at=tomorrow(moment))
        return None
    items = list(mine.select_related("chat")[: min(MOST, room)])
    GroupTransferItem.objects.filter(pk__in=[item.pk for item in items]).update(
        state=State.SENDING, sent_at=moment, due_at=moment + LEASE, attempts=F("attempts") + 1
    )
    return Batch(job, first.leaver, items)


def sent_today(owner_id: int, moment: dt.datetime) -> int:
    """How many chats of an owner have been sent in the day of UTC+8, whatever came of them."""
    start, end = day_range(moment.astimezone(_ZONE).date(), _ZONE)
    return GroupTransferItem.objects.filter(owner_id=owner_id, sent_at__gte=start, sent_at__lt=end).count()


def tomorrow(moment: dt.datetime) -> dt.datetime:
    """When the next day of UTC+8 begins."""
    return day_range(moment.astimezone(_ZONE).date(), _ZONE)[1]


@atomic_retry
def lose(limit: int = MOST) -> int:
    """Put in doubt what somebody was sending who has fallen silent. Returns how many."""
    silent = GroupTransferItem.objects.filter(state=State.SENDING, due_at__lte=now()).values_list("pk", flat=True)[
        :limit
    ]
    return GroupTransferItem.objects.filter(pk__in=list(silent), state=State.SENDING).update(
        state=State.DOUBT, due_at=now()
    )


def take_look(resting: Sequence[int] = ()) -> GroupTransferItem | None:
    """One chat that is due to be read: in doubt, or gone a moment ago. This worker's until its lease ends, or None."""
    due = GroupTransferItem.objects.filter(state__in=(State.DOUBT, State.DONE), due_at__lte=now())
    for item in due.exclude(corp_id__in=resting).order_by("due_at").select_related("chat", "owner", "job__taker")[:10]:
        mine = GroupTransferItem.objects.filter(pk=item.pk, state=item.state, due_at=item.due_at)
        if mine.update(due_at=now() + LEASE):
            return item
    return None
