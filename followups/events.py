"""The events of reminders: their names, and what each tells (tests/contracts holds the schemas)."""

from corps.actors import Actor
from followups.models import Reminder
from messaging import outbox

CREATED = "reminder.created"
DONE = "reminder.done"
CANCELLED = "reminder.cancelled"


def reminder(name: str, row: Reminder, *, by: Actor, source: str) -> None:
    """``row`` is stored, its version new. The operation service knows its own enrolment by ``enrolmentId``."""
    data = {
        "reminderId": row.pk,
        "customerId": row.customer_id,
        "employeeId": row.employee_id,
        "enrolmentId": row.enrolment.enrolment_id if row.enrolment else None,
        "step": row.step,
    }
    outbox.record(name, subject=row, data=data, source=source, actor=by.label)
