"""The only doors to one job: what the actor may not see is not there."""

from typing import Any

from core.errors import NotFound
from corps.actors import Actor
from groups import reading
from groups.models import GroupTransferJob
from groups.transfers import report

# Wire name → column.
JOB = {
    "id": "id",
    "takerId": "taker_id",
    "takerName": "taker__name",
    "state": "state",
    "actor": "actor",
    "errorCode": "error_code",
    "version": "version",
    "createTime": "create_time",
    "startedAt": "started_at",
    "finishedAt": "finished_at",
}
ITEM = {
    "id": "id",
    "groupId": "chat_id",
    "chatId": "chat__chat_id",
    "name": "chat__name",
    "ownerId": "owner_id",
    "ownerName": "owner__name",
    "leaver": "leaver",
    "state": "state",
    "reason": "reason",
    "errorCode": "error_code",
    "attempts": "attempts",
    "dueAt": "due_at",
    "sentAt": "sent_at",
    "settledAt": "settled_at",
}


def job(job_id: int, actor: Actor) -> GroupTransferJob:
    """The job, if the actor may see it. Raises NotFound."""
    if row := GroupTransferJob.objects.visible_to(actor).filter(pk=job_id).first():
        return row
    raise NotFound


def shown(job_id: int, actor: Actor) -> dict[str, Any]:
    """The same as wire values, with its counts and the reasons of those that didn't go. Raises NotFound."""
    rows = GroupTransferJob.objects.visible_to(actor).filter(pk=job_id)
    if not (found := with_counts(reading.named(reading.wired(rows, JOB), JOB))):
        raise NotFound
    return found[0] | {"reasons": report.reasons(GroupTransferJob(pk=job_id))}


def with_counts(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add ``counts`` to wire values of jobs. One statement."""
    numbers = report.counts_of([row["id"] for row in rows]) if rows else {}
    return [row | {"counts": numbers[row["id"]]} for row in rows]
