"""Where customers were, and what was warned of: group chats, segments that announce, warnings."""

from collections.abc import Iterator, Sequence
from typing import Any

from core.time import to_wire
from followups.choices import EntryKind
from groups.choices import MemberType
from groups.models import GroupMember
from insights.choices import State
from insights.models import RiskAlert
from insights.timeline.record.made import Made, made
from segments.models import SegmentRun, SegmentStay
from segments.querysets import NEVER


def groups(ids: Sequence[int]) -> Iterator[Made]:
    for row in GroupMember.objects.filter(customer_id__in=ids, type=MemberType.CUSTOMER):
        stay: dict[str, Any] = {"groupId": row.chat_id, "joinTime": to_wire(row.join_time)}
        yield made(row, EntryKind.GROUP_JOINED, row.join_time, joinScene=row.join_scene, **stay)
        if row.left_at:
            yield made(row, EntryKind.GROUP_LEFT, row.left_at, quitScene=row.quit_scene, **stay)


def segments(ids: Sequence[int]) -> Iterator[Made]:
    """Of the segments that tell who comes and goes. By a run the event names it, and so does the entry."""
    rows = SegmentStay.objects.filter(customer_id__in=ids, segment__announces=True, segment__deleted_at=None)
    found = list(rows.shown().select_related("segment__standing"))
    runs = _runs(found)
    for row in found:
        came = None if row.entered_event else runs.get((row.segment_id, row.entered_run))
        about: dict[str, Any] = {"segmentId": row.segment_id, "source": "system"}
        yield made(row, EntryKind.SEGMENT_ENTERED, row.entered_at, runId=came, **about)
        if row.left_at and row.left_run <= row.segment.standing.run:  # type: ignore[attr-defined]
            went = None if row.left_event else runs.get((row.segment_id, row.left_run))
            yield made(row, EntryKind.SEGMENT_LEFT, row.left_at, runId=went, **about)


def warnings(ids: Sequence[int]) -> Iterator[Made]:
    for row in RiskAlert.objects.filter(customer_id__in=ids).defer("facts"):
        facts: dict[str, Any] = {"riskId": row.pk, "kind": row.kind, "employee_id": row.employee_id}
        yield made(row, EntryKind.RISK_OPENED, row.opened_at, level=row.level, **facts)
        if row.closed_at:
            row.actor = row.handled_by or "system"  # type: ignore[attr-defined]
            why = "handled" if row.state == State.HANDLED else "passed"
            yield made(row, EntryKind.RISK_CLOSED, row.closed_at, why=why, **facts)


def _runs(stays: Sequence[SegmentStay]) -> dict[tuple[int, int], int]:
    """(segment, number) → the run."""
    numbers = {number for stay in stays for number in (stay.entered_run, stay.left_run) if number != NEVER}
    rows = SegmentRun.objects.filter(segment_id__in={stay.segment_id for stay in stays}, number__in=numbers)
    return {(segment, number): pk for pk, segment, number in rows.values_list("pk", "segment_id", "number")}
