"""Write a follow-up."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from core.time import now
from corps.actors import Actor
from corps.models import Employee
from customers.models import Customer
from followups.models import FollowUp
from messaging import outbox

CREATED = "customer.followup.created"


@transaction.atomic
def write(
    *,
    customer: Customer,
    content: str,
    by: Actor,
    source: str,
    employee_id: int | None = None,
    happened_at: dt.datetime | None = None,
) -> FollowUp:
    """Add a follow-up to a customer and record ``customer.followup.created``.

    Args:
        employee_id: whose work it was; by default the person who writes.
        happened_at: aware; by default now. It may lie in the past, not in the future.

    Raises:
        RuleViolation: ``employee_unknown``, ``happened_in_future``.
    """
    moment = happened_at or now()
    if moment > now() + dt.timedelta(minutes=5):
        message = _("A follow-up can't have happened in the future.")
        raise RuleViolation("happened_in_future", message, [FieldError("happenedAt", "happened_in_future", message)])
    whose = employee_id or by.employee_id
    if employee_id and not Employee.objects.of_corp(customer.corp_id).filter(pk=employee_id).exists():
        message = _("There is no such employee in this company.")
        raise RuleViolation("employee_unknown", message, [FieldError("employeeId", "employee_unknown", message)])
    row = FollowUp.objects.create(
        corp_id=customer.corp_id,
        customer=customer,
        employee_id=whose,
        actor=by.label,
        content=content,
        happened_at=moment,
    )
    data = {"customerId": customer.pk, "followUpId": row.pk, "employeeId": whose}
    outbox.record(CREATED, subject=row, data=data, source=source, actor=by.label)
    return row
