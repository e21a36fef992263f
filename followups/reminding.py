"""What people do about reminders: ask for one, do what it says, or call it off."""

import datetime as dt

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from customers.choices import CustomerStatus
from customers.models import Customer
from followups import events
from followups.choices import ReminderState
from followups.models import Reminder
from followups.whose import employee_for

LENGTH = 200


@atomic
def remind(
    *, customer: Customer, content: str, due_at: dt.datetime, employee_id: int | None = None, by: Actor, source: str
) -> Reminder:
    """Ask somebody to do something for a customer until ``due_at``, and record ``reminder.created``.

    Args:
        employee_id: who is to do it; by default who asks. Staff remind themselves, managers also their people.

    Raises:
        RuleViolation: ``content_invalid``, ``employee_unknown``.
        Conflict: ``customer_deleted``.
    """
    text = content.strip()
    if not 1 <= len(text) <= LENGTH:
        message = _("A reminder has 1 to %(n)d characters.") % {"n": LENGTH}
        raise RuleViolation("content_invalid", message, [FieldError("content", "content_invalid", message)])
    row = lock(customer)
    if row.status == CustomerStatus.DELETED:
        raise Conflict("customer_deleted", _("This customer has been deleted."))
    whose = employee_for(row, employee_id, by)
    reminder = Reminder.objects.create(
        corp_id=row.corp_id, customer=row, employee_id=whose, content=text, due_at=due_at, source=source
    )
    events.reminder(events.CREATED, reminder, by=by, source=source)
    return reminder


@atomic
def done(*, reminder: Reminder, by: Actor, source: str) -> Reminder:
    """It has been done: record ``reminder.done``. A second time changes nothing.

    Raises:
        Conflict: ``reminder_settled``: it was called off.
    """
    return _settle(reminder, ReminderState.DONE, events.DONE, by, source)


@atomic
def cancel(*, reminder: Reminder, by: Actor, source: str) -> Reminder:
    """It need not be done: record ``reminder.cancelled``. A second time changes nothing.

    Raises:
        Conflict: ``reminder_settled``: it was done.
    """
    return _settle(reminder, ReminderState.CANCELLED, events.CANCELLED, by, source)


def _settle(reminder: Reminder, state: ReminderState, event: str, by: Actor, source: str) -> Reminder:
    row = lock(reminder)
    if row.state == state:
        return row
    if row.state != ReminderState.OPEN:
        raise Conflict("reminder_settled", _("This reminder is settled already."))
    row.state, row.settled_at, row.settled_by, row.version = state, now(), by.label, row.version + 1
    row.save(update_fields=["state", "settled_at", "settled_by", "version", "update_time"])
    events.reminder(event, row, by=by, source=source)
    return row
