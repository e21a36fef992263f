"""What the page of a handover shows above its facts: how many chats stand how, how far it is, and why some can't go."""

from typing import Any

from groups.models import GroupTransferItem, GroupTransferJob
from groups.transfers import report
from wecom.admin.group_transfer_items import COLOURS, because

State, ItemState = GroupTransferJob.State, GroupTransferItem.State


def sheet_of(job: GroupTransferJob) -> dict[str, Any]:
    """The figures as ``console/group_sheet.html`` takes them."""
    numbers = report.counts(job)
    over, everything = report.progress(numbers)
    return {
        "figures": [
            {"label": state.label, "number": numbers[state], "warn": COLOURS.get(state) == "danger"}
            for state in ItemState
            if numbers[state]
        ],
        "share": round(100 * over / everything) if job.started_at and everything else None,
        "reasons": [(because(each["reason"], each["errorCode"]), each["count"]) for each in report.reasons(job)],
        "wait": bool(job.state == State.DRAFT and numbers[ItemState.PLANNED]),
    }
