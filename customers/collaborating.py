"""Let employees read a customer whom they don't follow. They change nothing of it."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.transactions import atomic
from corps.actors import Actor
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers import events, lifecycle
from customers.choices import CustomerStatus
from customers.models import Collaborator, Customer

# Who has more readers than this wants another department, not another reader.
MOST = 50


@atomic
def add_collaborators(*, customer: Customer, employee_ids: Collection[int], by: Actor, source: str) -> Customer:
    """Let these employees read the customer and record ``customer.collaborator.added``; who may already stays so.

    Raises:
        RuleViolation: ``employee_unknown``: not a working employee of the customer's corp; ``too_many_collaborators``.
        Conflict: ``customer_deleted``.
    """
    row = lock(customer)
    if row.status == CustomerStatus.DELETED:
        raise Conflict("customer_deleted", _("This customer has been deleted."))
    held = set(Collaborator.objects.filter(customer=row).values_list("employee_id", flat=True))
    fresh = sorted(set(employee_ids) - held)
    _check(row, fresh, len(held))
    if not fresh:
        return row
    rows = [Collaborator(corp_id=row.corp_id, customer=row, employee_id=one, actor=by.label) for one in fresh]
    Collaborator.objects.bulk_create(rows)
    lifecycle.bump(row)
    events.collaborators_added(row, employee_ids=fresh, by=by, source=source)
    return row


@atomic
def remove_collaborators(*, customer: Customer, employee_ids: Collection[int], by: Actor, source: str) -> Customer:
    """Let these employees read it no more and record ``customer.collaborator.removed``; who didn't stays so."""
    row = lock(customer)
    rows = Collaborator.objects.filter(customer=row, employee_id__in=employee_ids)
    gone = sorted(rows.values_list("employee_id", flat=True))
    if not gone:
        return row
    rows.delete()
    lifecycle.bump(row)
    events.collaborators_removed(row, employee_ids=gone, by=by, source=source)
    return row


def _check(row: Customer, fresh: list[int], held: int) -> None:
    working = Employee.objects.of_corp(row.corp_id).exclude(status=EmployeeStatus.LEFT)
    if fresh and working.filter(pk__in=fresh).count() < len(fresh):
        message = _("There is no such employee in this company.")
        raise RuleViolation("employee_unknown", message, [FieldError("employeeIds", "employee_unknown", message)])
    if held + len(fresh) > MOST:
        message = _("At most %(n)d employees can read a customer along.") % {"n": MOST}
        raise RuleViolation("too_many_collaborators", message)
