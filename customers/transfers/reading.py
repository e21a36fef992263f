"""Transfers as the wire carries them: columns instead of objects, one statement for a page and one for its counts."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from customers.choices import ItemState
from customers.models import TransferJob
from customers.transfers import reasons, report

# Wire name → column.
JOB = {
    "id": "id",
    "corpId": "corp_id",
    "kind": "kind",
    "handoverId": "handover_id",
    "handoverName": "handover__name",
    "takerIds": "takers",
    "message": "message",
    "state": "state",
    "askedBy": "actor",
    "errorCode": "error_code",
    "createTime": "create_time",
    "startedAt": "started_at",
    "finishedAt": "finished_at",
    "nextLookAt": "due_at",
}
ITEM = {
    "id": "id",
    "customerId": "customer_id",
    "externalUserid": "customer__external_userid",
    "takerId": "taker_id",
    "state": "state",
    "reason": "reason",
    "errorCode": "error_code",
    "sentAt": "sent_at",
    "takeoverTime": "takeover_time",
    "settledAt": "settled_at",
    "carriedAt": "carried_at",
}
COUNTS = tuple(state.value for state in ItemState)


def listed(rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows of ``JOB`` as wire values, each with its counts."""
    jobs = [dict(zip(JOB, row, strict=True)) for row in rows]
    found = report.counts([job["id"] for job in jobs]) if jobs else {}
    return [job | _counted(found[job["id"]]) for job in jobs]


def one(job: TransferJob) -> dict[str, Any]:
    """One transfer with its counts, the reasons of those that can't go, and the lines of a file that name nobody."""
    rows = TransferJob.objects.filter(pk=job.pk).values_list(*JOB.values())
    (wire,) = listed(list(rows))
    why = [
        {"state": s, "reason": r, "message": str(reasons.sentence(r)), "number": n} for s, r, n in report.why_not(job)
    ]
    bad = {"badLines": job.report.get("bad", 0), "lines": job.report.get("lines", [])}
    return wire | {"reasons": why} | bad


def items(rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows of ``ITEM`` as wire values, each with its reason in words."""
    found = [dict(zip(ITEM, row, strict=True)) for row in rows]
    return [item | {"message": str(reasons.sentence(item["reason"]))} for item in found]


def _counted(count: Counter[str]) -> dict[str, Any]:
    return {
        "counts": {name: count[name] for name in COUNTS},
        "total": sum(count.values()),
        "share": report.share(count),
    }
