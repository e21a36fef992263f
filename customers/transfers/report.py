"""How far a transfer is, in numbers and in words."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from customers.choices import ItemState
from customers.models import TransferItem, TransferJob
from customers.transfers import reasons

_OVER = (
    ItemState.DONE,
    ItemState.REFUSED,
    ItemState.OVER_LIMIT,
    ItemState.NO_RECORD,
    ItemState.FAILED,
    ItemState.CANCELLED,
)


def counts(job_ids: Sequence[int]) -> dict[int, Counter[str]]:
    """Job id → how many customers stand how. One statement for all."""
    found: dict[int, Counter[str]] = {job_id: Counter() for job_id in job_ids}
    rows = TransferItem.objects.filter(job_id__in=list(job_ids)).values_list("job_id", "state")
    for job_id, state, number in rows.annotate(number=Count("pk")).order_by():
        found[job_id][state] = number
    return found


def carried(job_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Job id → (how many have their notes carried over, how many were taken over), of jobs where some are left."""
    rows = TransferItem.objects.filter(job_id__in=list(job_ids), state=ItemState.DONE).values_list("job_id")
    found = rows.annotate(over=Count("carried_at"), done=Count("pk")).order_by()
    return {job_id: (over, done) for job_id, over, done in found if over < done}


def shares(job: TransferJob) -> Counter[int | None]:
    """Taker's id → how many of those that can go are theirs. One statement."""
    going = TransferItem.objects.filter(job=job).exclude(state=ItemState.EXCLUDED).values_list("taker_id")
    return Counter(dict(going.annotate(number=Count("pk")).order_by()))


def share(count: Counter[str]) -> int | None:
    """Per cent of the customers that can go whose outcome is known; None where none can go."""
    going = sum(count.values()) - count[ItemState.EXCLUDED]
    return round(100 * sum(count[state] for state in _OVER) / going) if going else None


def why_not(job: TransferJob) -> list[tuple[str, str, int]]:
    """(state, reason, how many) of those that can't go or came to nothing, the most frequent first."""
    rows = TransferItem.objects.filter(job=job).exclude(reason="").values_list("state", "reason")
    return sorted(rows.annotate(number=Count("pk")).order_by(), key=lambda row: (-row[2], row[1]))


def bad_lines(job: TransferJob) -> list[str]:
    """What of a file could not be used, line by line, as far as it is kept."""
    lines: list[dict[str, Any]] = job.report.get("lines", [])
    return [_("Line %(line)d: %(why)s") % {"line": each["line"], "why": reasons.LINES[each["code"]]} for each in lines]
