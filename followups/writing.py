"""Write a follow-up."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.time import now
from corps.actors import Actor
from corps.choices import Role
from corps.models import Employee
from corps.querysets import EmployeeQuerySet, owns_narrowly
from customers.choices import CustomerStatus
from customers.models import Customer
from followups.models import FollowUp
from messaging import outbox

CREATED = "customer.followup.created"
LENGTH = 5_000
# Clocks differ a little: this far ahead of ours is still now.
_AHEAD = dt.timedelta(minutes=5)


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
        employee_id: whose work it was; by default the person who writes. Staff write only for themselves, managers
            also for their people.
        happened_at: aware; by default now. It may lie in the past, not in the future.

    Raises:
        RuleViolation: ``content_invalid``, ``employee_unknown``, ``happened_in_future``.
        Conflict: ``customer_deleted``.
    """
    text, moment = _text(content), _moment(happened_at)
    # Under its lock, so that no follow-up is written to a customer who is being deleted.
    row = lock(customer)
    if row.status == CustomerStatus.DELETED:
        raise Conflict("customer_deleted", _("This customer has been deleted."))
    follow_up = FollowUp.objects.create(
        corp_id=row.corp_id,
        customer=row,
        employee_id=_employee(row, employee_id, by),
        actor=by.label,
        content=text,
        happened_at=moment,
    )
    data = {"customerId": row.pk, "followUpId": follow_up.pk, "employeeId": follow_up.employee_id}
    outbox.record(CREATED, subject=follow_up, data=data, source=source, actor=by.label)
    return follow_up


def _text(content: str) -> str:
    text = content.strip()
    if not 1 <= len(text) <= LENGTH:
        message = _("A follow-up has 1 to %(n)d characters.") % {"n": LENGTH}
        raise RuleViolation("content_invalid", message, [FieldError("content", "content_invalid", message)])
    return text


def _moment(happened_at: dt.datetime | None) -> dt.datetime:
    moment = (happened_at or now()).astimezone(dt.UTC)
    if moment > now() + _AHEAD:
        message = _("A follow-up can't have happened in the future.")
        raise RuleViolation("happened_in_future", message, [FieldError("happenedAt", "happened_in_future", message)])
    return moment


def _employee(customer: Customer, employee_id: int | None, by: Actor) -> int | None:
    if employee_id is None:
        return by.employee_id
    if not _for_whom(by).of_corp(customer.corp_id).filter(pk=employee_id).exists():
        message = _("There is no such employee for whom you may write.")
        raise RuleViolation("employee_unknown", message, [FieldError("employeeId", "employee_unknown", message)])
    return employee_id


def _for_whom(by: Actor) -> EmployeeQuerySet:
    people = Employee.objects.all()
    if not owns_narrowly(by):
        return people
    return people.managed_by(by) if by.role == Role.MANAGER else people.filter(pk=by.employee_id or 0)
