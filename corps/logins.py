"""The console's users: made and changed by the administrators of their company."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import FieldError, Forbidden, RuleViolation
from corps.actors import Actor
from corps.models import User


@transaction.atomic
def save_user(*, user: User, by: Actor) -> User:
    """Store a new or changed user, whose company an administrator can't leave or hand out.

    Raises:
        Forbidden: ``beyond_own_company``: only a superuser makes superusers or users of another company.
        RuleViolation: ``employee_foreign``: the employee belongs to another company; ``company_missing``.
    """
    if not by.sees_all_corps and (user.is_superuser or user.corp_id != by.corp_id):
        raise Forbidden("beyond_own_company", _("You can only manage the users of your own company."))
    if not user.is_superuser and not user.corp_id:
        message = _("A user who is no superuser belongs to a company.")
        raise RuleViolation("company_missing", message, [FieldError("corp", "company_missing", message)])
    if user.employee and user.employee.corp_id != user.corp_id:
        message = _("There is no such employee in this company.")
        raise RuleViolation("employee_foreign", message, [FieldError("employeeId", "employee_foreign", message)])
    user.save()
    return user
