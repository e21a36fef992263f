"""Ask for the end of SOPs that make no sense for their customer any more."""

import uuid
from typing import Any

from django.db.models import F

from core.time import now
from customers.choices import CustomerStatus, RelationStatus
from customers.models import Customer
from followups.choices import ReminderState, StopReason
from followups.models import Reminder, SopEnrolment, SopStop

# The events that can bring a customer there.
EVENTS = frozenset(
    {"customer.unfollowed", "customer.deleted", "customer.updated", "customer.blacklisted", "customer.tag.added"}
)


def check(customer: Customer) -> int:
    """See which SOPs of the customer, as it is now, are to stop; each is asked for once. Returns how many are new.

    No event tells of it: ``customer.*`` has told what happened, and the call tells what follows for the SOP.
    """
    running = SopEnrolment.objects.filter(customer=customer, open_mark=1, stops=None)
    due = [(row, why) for row in running.order_by("pk") if (why := reason(row, customer))]
    for row, why in due:
        _ask(row, why)
    return len(due)


def reason(row: SopEnrolment, customer: Customer) -> StopReason | None:
    """Why this SOP is to stop; None: it may go on."""
    if _lost(row, customer):
        return StopReason.LOST
    if customer.blacklisted:
        return StopReason.BLACKLISTED
    if row.owner_id and customer.follow_user_id not in (None, row.owner_id):
        return StopReason.TRANSFERRED
    if row.goal_tag_id and customer.tag_rows.filter(tag_id=row.goal_tag_id).exists():
        return StopReason.GOAL
    return None


def _lost(row: SopEnrolment, customer: Customer) -> bool:
    if customer.status != CustomerStatus.NORMAL:
        return True
    # Whom nobody followed when it began can't be lost by that.
    return bool(row.owner_id) and not customer.relations.filter(status=RelationStatus.ACTIVE).exists()


def _ask(row: SopEnrolment, why: StopReason) -> None:
    moment = now()
    whose = {"corp_id": row.corp_id, "customer_id": row.customer_id, "enrolment": row}
    stop = SopStop(**whose, reason=why, key=str(uuid.uuid4()), due_at=moment)
    SopStop.objects.bulk_create([stop], ignore_conflicts=True)
    waiting = Reminder.objects.filter(enrolment=row, state=ReminderState.OPEN)
    called_off: dict[str, Any] = {"state": ReminderState.CANCELLED, "settled_at": moment, "settled_by": "sop"}
    # A new version: who settles one that was read before is told, and not heard twice.
    waiting.update(**called_off, version=F("version") + 1, update_time=moment)
