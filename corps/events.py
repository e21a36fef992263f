"""The events of the company's house: their names, and what each tells (tests/contracts holds the schemas)."""

import copy
from collections.abc import Sequence
from typing import Any

from corps.actors import Actor
from corps.models import Department, Employee
from messaging import outbox

DEPARTMENT_CREATED = "department.created"
DEPARTMENT_UPDATED = "department.updated"
DEPARTMENT_DELETED = "department.deleted"
EMPLOYEE_CREATED = "employee.created"
EMPLOYEE_UPDATED = "employee.updated"
EMPLOYEE_LEFT = "employee.left"
EMPLOYEE_RETURNED = "employee.returned"

Told = tuple[str, Department | Employee, dict[str, Any]]


def first(name: str, row: Department | Employee) -> Told:
    """The event of a row that was just made, at its first version."""
    return name, copy.copy(row), _ids(row)


def step(name: str, row: Department | Employee, **facts: Any) -> Told:
    """Raise the row's version for this event. The caller stores the row, and tells.

    Args:
        facts: what the event says beside the id: ``changed``, the wire names of what differs.
    """
    row.version += 1
    return name, copy.copy(row), _ids(row) | facts


def tell(told: Sequence[Told], *, by: Actor, source: str) -> None:
    """Record the events, in few statements."""
    outbox.record_many(told, source=source, actor=by.label)


def _ids(row: Department | Employee) -> dict[str, Any]:
    return {"departmentId": row.pk} if isinstance(row, Department) else {"employeeId": row.pk}
