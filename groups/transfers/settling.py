"""What became of the chats of a call. Each function locks the job, changes only what is still on its way, and tells."""

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from core.retry import atomic_retry
from core.time import now
from corps.actors import SYSTEM, Actor
from groups import events
from groups.models import GroupTransferItem, GroupTransferJob
from groups.transfers import running

State = GroupTransferItem.State
SOURCE = "system"
READ_AFTER = dt.timedelta(seconds=30)


def settle(
    *, job_id: int, done: Sequence[int] = (), failed: Mapping[int, int] | None = None, by: Actor = SYSTEM
) -> None:
    """Chats that have their new owner, and those that WeCom refused, each with its code: one event for each, and
    ``group.transfer.finished`` with the last. What has been settled before is left as it is.

    Args:
        done: ids of items.
        failed: item id → code.
    """
    codes = dict(failed or {})

    def change(job: GroupTransferJob, items: list[GroupTransferItem]) -> None:
        moment, told = now(), []
        for item in items:
            item.state = State.FAILED if item.pk in codes else State.DONE
            item.error_code, item.settled_at = codes.get(item.pk), moment
            # The mirror reads a chat that went a moment later; WeCom's readings lag behind.
            item.due_at = None if item.pk in codes else moment + READ_AFTER
            job.version += 1
            told.append(_told(job, item))
        GroupTransferItem.objects.bulk_update(items, ["state", "error_code", "settled_at", "due_at"], batch_size=100)
        events.record(told, by=by, source=SOURCE)

    _locked(job_id, [*done, *codes], change, by)


def later(*, job_id: int, items: Sequence[int], at: dt.datetime, code: int | None, whole: bool) -> None:
    """Nothing was done about these, and nothing was their fault: they are sent again, not before ``at``.

    Args:
        whole: whether the call as a whole was refused, so that the job shows why it waits.
    """

    def change(job: GroupTransferJob, rows: list[GroupTransferItem]) -> None:
        GroupTransferItem.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.WAITING, due_at=at, error_code=code, sent_at=None
        )
        if whole:
            job.error_code = code

    _locked(job_id, items, change, SYSTEM)


def doubt(*, job_id: int, items: Sequence[int], at: dt.datetime) -> None:
    """Nobody knows whether these went: each is looked at, not before ``at``, before it may be sent again."""

    def change(job: GroupTransferJob, rows: list[GroupTransferItem]) -> None:
        GroupTransferItem.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.DOUBT, due_at=at)

    _locked(job_id, items, change, SYSTEM)


@atomic_retry
def _locked(job_id: int, ids: Sequence[int], change: Any, by: Actor) -> None:
    job = GroupTransferJob.objects.select_for_update().get(pk=job_id)
    rows = job.items.filter(pk__in=ids, state__in=(State.SENDING, State.DOUBT)).select_related("chat").order_by("pk")
    items = list(rows)
    before = job.version
    if items:
        change(job, items)
        _give_up_if_cancelled(job)
    if job.version != before or job.error_code is not None:
        job.save(update_fields=["version", "error_code", "update_time"])
    running.finish_if_over(job, by, SOURCE)


def _give_up_if_cancelled(job: GroupTransferJob) -> None:
    """A job that was called off sends nothing again."""
    if job.state == GroupTransferJob.State.CANCELLED:
        waiting = job.items.filter(state=State.WAITING)
        waiting.update(state=State.CANCELLED, settled_at=now(), due_at=None)


def _told(job: GroupTransferJob, item: GroupTransferItem) -> tuple[str, GroupTransferJob, dict[str, Any]]:
    data: dict[str, Any] = {
        "jobId": job.pk,
        "groupId": item.chat_id,
        "chatId": item.chat.chat_id,
        "fromOwnerId": item.owner_id,
        "takerId": job.taker_id,
        "leaver": item.leaver,
    }
    if item.state == State.FAILED:
        return events.TRANSFER_FAILED, copy.copy(job), data | {"errorCode": item.error_code}
    return events.TRANSFER_DONE, copy.copy(job), data
