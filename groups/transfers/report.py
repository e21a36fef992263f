"""How a job stands: how many of its chats are where."""

from typing import Any

from django.db.models import Count

from groups.models import GroupTransferItem, GroupTransferJob

STATES = [str(state) for state in GroupTransferItem.State]


def counts(job: GroupTransferJob) -> dict[str, int]:
    """State of an item → how many, zeros included. One statement."""
    return counts_of([job.pk])[job.pk]


def counts_of(job_ids: list[int]) -> dict[int, dict[str, int]]:
    """The same for several jobs, by one statement."""
    found: dict[int, dict[str, int]] = {pk: dict.fromkeys(STATES, 0) for pk in job_ids}
    rows = GroupTransferItem.objects.filter(job_id__in=job_ids).order_by().values_list("job_id", "state")
    for job, state, number in rows.annotate(n=Count("pk")):
        found[job][state] = number
    return found


def progress(numbers: dict[str, int]) -> tuple[int, int]:
    """(settled, all that could go) of such counts."""
    over = sum(numbers[state] for state in ("done", "failed", "cancelled"))
    return over, over + sum(numbers[state] for state in ("planned", "waiting", "sending", "doubt"))


def reasons(job: GroupTransferJob) -> list[dict[str, Any]]:
    """Why chats can't go or didn't, the most frequent first: ``{state, reason, errorCode, count}``. One statement."""
    bad = job.items.filter(state__in=("blocked", "failed")).order_by().values_list("state", "reason", "error_code")
    rows = sorted(bad.annotate(n=Count("pk")), key=lambda row: (-row[3], row[:2], row[2] or 0))
    return [dict(zip(("state", "reason", "errorCode", "count"), row, strict=True)) for row in rows]
