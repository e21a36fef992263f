"""The events of follow-ups and what belongs to them: names, and what each tells (tests/contracts holds the schemas).

Never a word of what was written: ids, names of what changed, and who was named (@) and is to be told.
"""

from collections.abc import Collection, Sequence
from typing import Any

from core.time import to_wire
from corps.actors import Actor
from followups.models import Communication, FollowUp, FollowUpComment, FollowUpTemplate
from messaging import outbox

CREATED = "customer.followup.created"
UPDATED = "customer.followup.updated"
DELETED = "customer.followup.deleted"
COMMENTED = "customer.followup.commented"
COMMENT_DELETED = "customer.followup.comment.deleted"
COMMUNICATION_RECORDED = "customer.communication.recorded"
TEMPLATE_CREATED = "followup_template.created"
TEMPLATE_UPDATED = "followup_template.updated"
TEMPLATE_DELETED = "followup_template.deleted"


def _of(row: FollowUp) -> dict[str, Any]:
    return {"customerId": row.customer_id, "followUpId": row.pk, "employeeId": row.employee_id}


def created(rows: Sequence[FollowUp], *, mentioned: Collection[int] = (), by: Actor, source: str) -> None:
    """``rows`` are stored; only one that stands alone names colleagues."""
    more = {"mentionedIds": sorted(mentioned)}
    events = [(CREATED, row, _of(row) | {"happenedAt": to_wire(row.happened_at)} | more) for row in rows]
    outbox.record_many(events, source=source, actor=by.label)


def updated(
    row: FollowUp, *, changed: Collection[str], mentioned: Collection[int] = (), by: Actor, source: str
) -> None:
    """``changed``: the wire names of what differs. By the version, now the row's, an entry of a timeline is known."""
    data = _of(row) | {"version": row.version, "changed": sorted(changed), "mentionedIds": sorted(mentioned)}
    outbox.record(UPDATED, subject=row, data=data, source=source, actor=by.label)


def deleted(row: FollowUp, *, by: Actor, source: str) -> None:
    outbox.record(DELETED, subject=row, data=_of(row), source=source, actor=by.label)


def commented(comment: FollowUpComment, *, mentioned: Collection[int], by: Actor, source: str) -> None:
    data = _under(comment) | {"mentionedIds": sorted(mentioned)}
    outbox.record(COMMENTED, subject=comment, data=data, source=source, actor=by.label)


def comment_deleted(comment: FollowUpComment, *, by: Actor, source: str) -> None:
    outbox.record(COMMENT_DELETED, subject=comment, data=_under(comment), source=source, actor=by.label)


def _under(comment: FollowUpComment) -> dict[str, Any]:
    ids = {"customerId": comment.customer_id, "followUpId": comment.follow_up_id, "commentId": comment.pk}
    return ids | {"employeeId": comment.employee_id}


def recorded(rows: Sequence[Communication], *, by: Actor, source: str) -> None:
    events = [(COMMUNICATION_RECORDED, row, _communication(row)) for row in rows]
    outbox.record_many(events, source=source, actor=by.label)


def _communication(row: Communication) -> dict[str, Any]:
    ids = {"communicationId": row.pk, "customerId": row.customer_id, "employeeId": row.employee_id}
    when = {"at": to_wire(row.at), "day": row.day.isoformat()}
    return ids | when | {"kind": row.kind, "direction": row.direction, "seconds": row.seconds}


def template(
    name: str, row: FollowUpTemplate, *, by: Actor, source: str, changed: Collection[str] | None = None
) -> None:
    data: dict[str, Any] = {"templateId": row.pk} | ({} if changed is None else {"changed": sorted(changed)})
    outbox.record(name, subject=row, data=data, source=source, actor=by.label)
