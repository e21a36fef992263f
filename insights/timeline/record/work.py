"""What was done with customers: tags, stages, follow-ups, handovers, reminders, SOPs."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from django.db.models import Min

from core.time import to_wire
from customers.choices import ItemState, Source
from customers.models import CustomerTag, StageChange, TransferItem
from followups.choices import EntryKind, ReminderState, Revision
from followups.models import Communication, FollowUp, FollowUpComment, FollowUpVersion, Reminder, SopEnrolment
from followups.revising import WIRE
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
    """Those that are there, and those that were deleted, by their last versions."""
    rows = FollowUp.objects.filter(customer_id__in=ids).defer("content")
    gone = FollowUpVersion.objects.filter(customer_id__in=ids, revision=Revision.DELETED).defer("content")
    found: list[tuple[int, Any]] = [(row.pk, row) for row in rows]
    for pk, row in [*found, *((row.follow_up_id, row) for row in gone)]:
        facts: dict[str, Any] = {"followUpId": pk, "employeeId": row.employee_id}
        yield made(row, EntryKind.FOLLOW_UP, row.happened_at, employee_id=row.employee_id, **facts)


def revisions(ids: Sequence[int]) -> Iterator[Made]:
    """What was changed is what differs between one version and the next one that is kept, or the follow-up as it is."""
    kept = FollowUpVersion.objects.filter(customer_id__in=ids).order_by("follow_up_id", "number")
    living = {row.pk: row for row in FollowUp.objects.filter(pk__in=kept.values("follow_up_id"))}
    for pk, versions in groupby(kept, key=attrgetter("follow_up_id")):
        for row, after in pairwise((*versions, living.get(pk))):
            if isinstance(row, FollowUpVersion):
                yield _revised(row, after)


def _revised(row: FollowUpVersion, after: FollowUp | FollowUpVersion | None) -> Made:
    facts: dict[str, Any] = {"followUpId": row.follow_up_id, "employeeId": row.employee_id}
    about = SimpleNamespace(corp_id=row.corp_id, customer_id=row.customer_id, actor=row.revised_by, pk=row.pk)
    kind = EntryKind.FOLLOW_UP_DELETED
    if row.revision == Revision.EDITED:
        changed = [wire for column, wire in WIRE.items() if after and getattr(row, column) != getattr(after, column)]
        # The version that it became, as the event says it.
        kind, facts = EntryKind.FOLLOW_UP_EDITED, facts | {"version": row.number + 1, "changed": sorted(changed)}
    return made(about, kind, row.revised_at, employee_id=row.employee_id, **facts)


def comments(ids: Sequence[int]) -> Iterator[Made]:
    """Those that are there; what was taken away, or went with its follow-up, is in no table."""
    for row in FollowUpComment.objects.filter(customer_id__in=ids).defer("content"):
        about = {"followUpId": row.follow_up_id, "commentId": row.pk}
        facts: dict[str, Any] = about | {"employeeId": row.employee_id}
        yield made(row, EntryKind.COMMENTED, row.create_time, employee_id=row.employee_id, **facts)


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
