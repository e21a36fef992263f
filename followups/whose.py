"""Whose work something is, and who may still change what was written of it."""

import datetime as dt

from django.utils.translation import gettext as _

from core.errors import FieldError, Forbidden, RuleViolation
from core.time import now
from corps.actors import Actor
from corps.choices import Role
from corps.models import Employee
from corps.querysets import EmployeeQuerySet, owns_narrowly
from customers.models import Customer
from followups.models import FollowUp, FollowUpComment, FollowUpSetting
from followups.models.setting import EDIT_HOURS


def employee_for(customer: Customer, employee_id: int | None, by: Actor) -> int | None:
    """Whose work it is: by default the writer's. Raises RuleViolation: ``employee_unknown``."""
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


def check_revisable(row: FollowUp | FollowUpComment, by: Actor) -> None:
    """Writers change their own while the company's time for it lasts, managers what is their people's whenever, and
    who sees the whole company everything.

    Raises:
        Forbidden: ``not_your_record``, ``edit_time_over``.
    """
    if not owns_narrowly(by) or (by.role == Role.MANAGER and row.employee_id in Employee.objects.managed_or_self(by)):
        return
    if row.actor != by.label and (row.employee_id is None or row.employee_id != by.employee_id):
        raise Forbidden("not_your_record", _("You can only change what you or your people wrote."))
    hours = FollowUpSetting.objects.of_corp(row.corp_id).values_list("edit_hours", flat=True).first()
    allowed = EDIT_HOURS if hours is None else hours
    if now() >= row.create_time + dt.timedelta(hours=allowed):
        message = _("The time to change it is over: %(n)d hours. A manager may.") % {"n": allowed}
        raise Forbidden("edit_time_over", message)
