"""Reminders of an SOP's steps: one for each, whatever is told of it first. The enrolment is locked."""

import datetime as dt

from core.time import now
from customers.choices import Source
from followups.choices import EnrolmentState, ReminderState
from followups.models import Reminder, SopEnrolment
from followups.sops.told import Told

BY = "sop"


def due(row: SopEnrolment, told: Told) -> Reminder:
    """Say who has to do what until when, by the latest that was told of the step."""
    reminder = _of(row, told)
    if reminder.told_at is None or reminder.told_at <= told.at:
        reminder.told_at, reminder.content, reminder.due_at = told.at, told.content, told.due_at
        reminder.employee_id = told.employee_id or told.customer.follow_user_id
    return _stored(reminder)


def done(row: SopEnrolment, told: Told) -> Reminder:
    """The step is done, also where nobody has heard that it was due, or where the reminder was cancelled."""
    reminder = _of(row, told)
    if reminder.state != ReminderState.DONE:
        reminder.state, reminder.settled_at, reminder.settled_by = ReminderState.DONE, told.at, BY
    return _stored(reminder)


def cancel_open(row: SopEnrolment) -> None:
    """Nobody has to do any more what is open."""
    moment = row.until or now()
    for reminder in row.reminders.filter(state=ReminderState.OPEN).order_by("pk"):
        _cancel(reminder, moment)
        _stored(reminder)


def _of(row: SopEnrolment, told: Told) -> Reminder:
    found = row.reminders.filter(step=told.step).first()
    if found:
        return found
    fresh = Reminder(
        corp_id=row.corp_id,
        customer=told.customer,
        employee_id=told.employee_id or told.customer.follow_user_id,
        enrolment=row,
        step=told.step,
        source=Source.SOP,
        version=0,
    )
    if row.state != EnrolmentState.RUNNING or row.stops.exists():
        # Too late: it is over, or shall be.
        _cancel(fresh, row.until or now())
    return fresh


def _cancel(reminder: Reminder, moment: dt.datetime) -> None:
    reminder.state, reminder.settled_at, reminder.settled_by = ReminderState.CANCELLED, moment, BY


def _stored(reminder: Reminder) -> Reminder:
    reminder.version += 1
    reminder.save()
    return reminder
