"""Whose numbers a caller asks for, and may see: staff their own, managers those of their departments, others all."""

from dataclasses import dataclass

from core.errors import NotFound
from corps.actors import Actor
from corps.choices import Role
from corps.models import Department, Employee
from corps.policy import Act
from corps.querysets import owns_narrowly
from customers.channels.figures import NONE, UNKNOWN
from customers.models import Channel
from insights.stats.terms import Dim


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows of one dimension, added up where there are several: then somebody may be counted twice.

    Attributes:
        employees: whose rows are listed where each is shown; None: everybody's.
    """

    corp_id: int
    dim: Dim
    idents: tuple[int, ...]
    employees: tuple[int, ...] | None = None


def asked(
    actor: Actor,
    *,
    employee_id: int | None = None,
    department_id: int | None = None,
    department: Department | None = None,
    channel_id: int | None = None,
) -> Scope:
    """The scope of what is named, or all that the caller may see.

    Args:
        department: one that was found among those that the caller may see, instead of its id.

    Raises:
        NotFound: there is no such employee, department or channel for this caller.
    """
    corp_id = int(actor.corp_id or 0)
    if channel_id is not None:
        return Scope(corp_id, Dim.CHANNEL, (_channel(actor, channel_id),))
    if employee_id is not None:
        return _of_employee(corp_id, _employee(actor, employee_id))
    if department_id is not None:
        department = Department.objects.visible_to(actor).filter(pk=department_id).first()
    if department is not None or department_id is not None:
        return _of_departments(corp_id, [_managed_by(actor, department)])
    if not owns_narrowly(actor):
        return Scope(corp_id, Dim.CORP, (0,))
    mine = _managed(actor)
    return _of_departments(corp_id, mine) if mine else _of_employee(corp_id, actor.employee_id or 0)


def _of_employee(corp_id: int, ident: int) -> Scope:
    return Scope(corp_id, Dim.EMPLOYEE, (ident,), (ident,))


def _of_departments(corp_id: int, departments: list[Department]) -> Scope:
    people: set[int] = set()
    for one in departments:
        below = Employee.objects.of_corp(corp_id).filter(memberships__department__path__startswith=one.path)
        people |= set(below.values_list("pk", flat=True))
    return Scope(corp_id, Dim.DEPARTMENT, tuple(one.pk for one in departments), tuple(sorted(people)))


def _managed(actor: Actor) -> list[Department]:
    """The departments of a manager, without those below another of them."""
    if actor.role != Role.MANAGER:
        return []
    mine = Department.objects.of_corp(int(actor.corp_id or 0)).filter(memberships__employee=actor.employee_id or 0)
    found: list[Department] = []
    for one in mine.order_by("path"):
        if not any(one.path.startswith(above.path) for above in found):
            found.append(one)
    return found


def _employee(actor: Actor, ident: int) -> int:
    if owns_narrowly(actor) and ident not in Employee.objects.managed_or_self(actor):
        raise NotFound
    if not Employee.objects.visible_to(actor).filter(pk=ident).exists():
        raise NotFound
    return ident


def _managed_by(actor: Actor, department: Department | None) -> Department:
    if department is None or department.corp_id != actor.corp_id:
        raise NotFound
    if owns_narrowly(actor) and not any(department.path.startswith(one.path) for one in _managed(actor)):
        raise NotFound
    return department


def _channel(actor: Actor, ident: int) -> int:
    if Act.CHANNEL_READ not in actor.acts:
        raise NotFound
    if ident not in (NONE, UNKNOWN) and not Channel.objects.visible_to(actor).filter(pk=ident).exists():
        raise NotFound
    return ident
