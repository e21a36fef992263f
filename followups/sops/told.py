"""Read what the operation service tells. Its ``data`` can be any object: what isn't as docs/events.md says is left out,
and without a customer, an enrolment or a step there is nothing to be done."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from core.time import from_wire
from customers.models import Customer
from followups.choices import EntryKind
from followups.sops import words
from followups.timeline.noting import happened
from messaging.inbox import Incoming

KINDS = {
    "sop.enrolled": EntryKind.SOP_ENROLLED,
    "sop.step.due": EntryKind.SOP_STEP_DUE,
    "sop.step.done": EntryKind.SOP_STEP_DONE,
    "sop.ended": EntryKind.SOP_ENDED,
}
_OF_STEPS = (EntryKind.SOP_STEP_DUE, EntryKind.SOP_STEP_DONE)
COMPLETED = "completed"
LAST_STEP = 10_000


class Unfit(Exception):
    """This event can't be worked off, now or ever. ``str(error)`` is a stable code."""


@dataclass(frozen=True, slots=True)
class Told:
    kind: EntryKind
    customer: Customer
    enrolment_id: str
    at: dt.datetime
    sop_id: str = ""
    name: str = ""
    step: int = 0
    steps: int | None = None
    content: str = ""
    due_at: dt.datetime | None = None
    employee_id: int | None = None
    owner_id: int | None = None
    goal_tag_id: int | None = None
    why: str = ""
    add: list[Any] = field(default_factory=list)
    remove: list[Any] = field(default_factory=list)

    @property
    def rank(self) -> int:
        """How far the SOP was: what a later one did with a tag, an earlier one that comes late doesn't undo."""
        if self.kind in _OF_STEPS:
            return 2 * self.step + (self.kind == EntryKind.SOP_STEP_DONE) + 1
        return 0 if self.kind == EntryKind.SOP_ENROLLED else 2 * LAST_STEP + 3


def read(event: Incoming) -> Told:
    """Raises Unfit: ``enrolmentId_invalid``, ``step_invalid``, ``customer_unknown``."""
    data, kind = event.data, KINDS[event.name]
    enrolment = words.ident(data.get("enrolmentId"))
    if not enrolment:
        raise Unfit("enrolmentId_invalid")
    step = words.number(data.get("step"), most=LAST_STEP)
    if kind in _OF_STEPS and step is None:
        raise Unfit("step_invalid")
    customer = words.customer(event.corp_id, data)
    if customer is None:
        raise Unfit("customer_unknown")
    return Told(
        kind,
        customer,
        enrolment,
        from_wire(data.get("at")) or happened(event),
        sop_id=words.ident(data.get("sopId")),
        name=words.text(data.get("name"), most=100),
        step=step or 0,
        steps=words.number(data.get("steps"), most=LAST_STEP),
        content=words.text(data.get("content"), most=200),
        due_at=from_wire(data.get("dueAt")),
        employee_id=words.employee(event.corp_id, data.get("employeeId")),
        owner_id=words.employee(event.corp_id, data.get("followUserId")),
        goal_tag_id=words.tag(event.corp_id, data.get("goalTagId")),
        why=words.text(data.get("reason"), most=60) or COMPLETED,
        add=words.listed(data, "addTagIds", "addTags"),
        remove=words.listed(data, "removeTagIds", "removeTags"),
    )
