"""What was done with customers: tags, stages, follow-ups, handovers, reminders, SOPs."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Min

from core.time import to_wire
from customers.choices import ItemState, Source
from customers.models import CustomerTag, StageChange, TransferItem
from followups.choices import EntryKind, ReminderState
from followups.models import Communication, FollowUp, Reminder, SopEnrolment
from insights.timeline.record.made import Made, made, together

_FAILED = (ItemState.REFUSED, ItemState.OVER_LIMIT, ItemState.NO_RECORD, ItemState.FAILED)
_BY_SOP = "sop"


def tags(ids: Sequence[int]) -> Iterator[Made]:
    """Those that are there; what was taken off is in no table."""
    rows = CustomerTag.objects.filter(customer_id__in=ids).order_by("pk")
    for act in together(rows, "customer_id", "follower_id", "source", "actor", "run_id", "create_time"):
        first, listed = act[0], [row.tag_id for row in act]
        about: dict[str, Any] = {
            "employee_id": first.follower_id,
            "source": first.source,
            "followUserId": first.follower_id,
        }
        yield made(first, EntryKind.TAG_ADDED, first.create_time, tagIds=listed, **about)


def stages(ids: Sequence[int]) -> Iterator[Made]:
    for row in StageChange.objects.filter(customer_id__in=ids):
        facts: dict[str, Any] = {"fromStageId": row.from_stage_id, "toStageId": row.to_stage_id}
        yield made(row, EntryKind.STAGE_CHANGED, row.at, source=row.source, **facts)


def follow_ups(ids: Sequence[int]) -> Iterator[Made]:
    rows = FollowUp.objects.filter(customer_id__in=ids).defer("content")
    for row in rows:
        facts: dict[str, Any] = {"followUpId": row.pk, "employeeId": row.employee_id}
        yield made(row, EntryKind.FOLLOW_UP, row.happened_at, employee_id=row.employee_id, **facts)


def communications(ids: Sequence[int]) -> Iterator[Made]:
    """One of each day and employee, counted where they are: a customer may have thousands."""
    days = Communication.objects.filter(customer_id__in=ids).order_by("customer_id", "day")
    told = days.values_list("corp_id", "customer_id", "day", "employee_id")
    for corp, customer, day, employee, first, source in told.annotate(first=Min("at"), way=Min("source")):
        row, facts = Communication(corp_id=corp, customer_id=customer), {"day": day.isoformat(), "employeeId": employee}
        yield made(row, EntryKind.COMMUNICATION, first, employee_id=employee, source=source, **facts)


def handovers(ids: Sequence[int]) -> Iterator[Made]:
    """Attempts that WeCom has begun, and what came of them."""
    for row in TransferItem.objects.filter(customer_id__in=ids).defer("snapshot"):
        facts = {"handoverId": row.handover_id, "takerId": row.taker_id, "transferId": row.job_id, "itemId": row.pk}
        about: dict[str, Any] = facts | {"employee_id": row.taker_id, "source": Source.TRANSFER}
        if row.sent_at and row.takeover_time:
            yield made(row, EntryKind.TRANSFER_ASKED, row.sent_at, takeoverTime=to_wire(row.takeover_time), **about)
        if row.state == ItemState.DONE and (at := row.takeover_time or row.settled_at):
            yield made(row, EntryKind.TRANSFERRED, at, **about)
        if row.state in _FAILED and row.settled_at:
            yield made(row, EntryKind.TRANSFER_FAILED, row.settled_at, reason=row.reason, **about)


def reminders(ids: Sequence[int]) -> Iterator[Made]:
    """What persons did; of a step that the SOP itself took for done, its own event tells."""
    rows = Reminder.objects.filter(customer_id__in=ids, state=ReminderState.DONE).select_related(None)
    for row in rows:
        if row.settled_by == _BY_SOP or row.settled_at is None:
            continue
        row.actor = row.settled_by  # type: ignore[attr-defined]
        facts: dict[str, Any] = {"reminderId": row.pk, "employeeId": row.employee_id, "step": row.step}
        yield made(row, EntryKind.REMINDER_DONE, row.settled_at, employee_id=row.employee_id, **facts)


def sops(ids: Sequence[int]) -> Iterator[Made]:
    for row in SopEnrolment.objects.filter(customer_id__in=ids):
        about: dict[str, Any] = {"employee_id": row.owner_id, "source": Source.SOP, "enrolmentId": row.pk}
        if row.since:
            yield made(row, EntryKind.SOP_ENROLLED, row.since, **about)
        if row.until:
            yield made(row, EntryKind.SOP_ENDED, row.until, **about)


def steps(ids: Sequence[int]) -> Iterator[Made]:
    for row in Reminder.objects.filter(customer_id__in=ids, enrolment__isnull=False):
        facts = {"enrolmentId": row.enrolment_id, "step": row.step or None, "reminderId": row.pk}
        about: dict[str, Any] = facts | {"employee_id": row.employee_id, "source": Source.SOP}
        if row.told_at:
            yield made(row, EntryKind.SOP_STEP_DUE, row.told_at, **about)
        if row.state == ReminderState.DONE and row.settled_by == _BY_SOP and row.settled_at:
            yield made(row, EntryKind.SOP_STEP_DONE, row.settled_at, **about)
