"""Employees who come from WeCom itself, without a password: they may use the sidebar, and the console stays closed.

Who came in stands in the session under a name of its own. Django's login is not touched: that one opens the console,
where a second factor is asked for.
"""

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.errors import Forbidden
from corps.actors import Actor
from corps.choices import EmployeeStatus, Role
from corps.models import Employee, User

_KEY = "sidebar_user"


@transaction.atomic
def admit(*, employee: Employee, by: Actor) -> User:
    """The user that this employee is. Who has none gets one: staff, and without a password.

    Raises:
        Forbidden: ``member_gone``: left, disabled, or the account was switched off.
    """
    if employee.status != EmployeeStatus.ACTIVE:
        raise _gone()
    fresh = {"username": f"wecom:{employee.pk}", "name": employee.name, "corp_id": employee.corp_id, "role": Role.STAFF}
    user, _made = User.objects.get_or_create(employee=employee, defaults=fresh | {"password": make_password(None)})
    if not _works(user):
        raise _gone()
    return user


def remember(request: HttpRequest, user: User) -> None:
    """Let this browser use the sidebar as this user. The session gets another name, so that none that was laid there
    before is of any use."""
    request.session.cycle_key()
    request.session[_KEY] = user.pk


def member(request: HttpRequest) -> User | None:
    """Who uses the sidebar here; None for nobody, or one who may not any more."""
    ident = request.session.get(_KEY)
    user = User.objects.select_related("employee", "corp").filter(pk=ident).first() if ident else None
    return user if user and _works(user) else None


def forget(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


def _gone() -> Forbidden:
    return Forbidden("member_gone", _("Your account is switched off. Ask your administrator."))


def _works(user: User) -> bool:
    employee = user.employee
    return bool(user.is_active and employee and employee.status == EmployeeStatus.ACTIVE)
