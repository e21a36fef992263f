"""Keep the company's tree and its people. The mirror and the console call the same functions."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from core.locks import lock
from corps.actors import Actor
from corps.models import Corp, Department, DepartmentMember

_LONGEST_PATH = 255


@transaction.atomic
def create_department(
    *, corp: Corp, name: str, parent: Department | None = None, wecom_id: int | None = None, order: int = 0, by: Actor
) -> Department:
    """Add a department below ``parent`` (or a root) and give it its path.

    Raises:
        RuleViolation: ``department_foreign`` when the parent is of another corp, ``department_too_deep``.
    """
    above = _path_above(corp.pk, parent)
    row = Department.objects.create(corp=corp, name=name, parent=parent, wecom_id=wecom_id, order=order)
    row.path = _checked(f"{above}{row.pk}/")
    row.save(update_fields=["path"])
    return row


@transaction.atomic
def move_department(*, department: Department, parent: Department | None, by: Actor) -> Department:
    """Hang a department below another one; everything below moves with it.

    Raises:
        RuleViolation: ``department_cycle`` when the new parent is the department itself or below it,
            ``department_foreign`` when it is of another corp, ``department_too_deep``.
    """
    above = _path_above(department.corp_id, parent)
    row = lock(department)
    if above.startswith(row.path):
        raise RuleViolation("department_cycle", _("A department can't be placed below itself."))
    old, new = row.path, f"{above}{row.pk}/"
    if old == new:
        return row
    moved = list(Department.objects.of_corp(row.corp_id).filter(path__startswith=old))
    for node in moved:
        node.path = _checked(new + node.path.removeprefix(old))
    Department.objects.bulk_update(moved, ["path"], batch_size=500)
    row.parent, row.path = parent, new
    row.save(update_fields=["parent", "path", "update_time"])
    return row


def paths(parents: Mapping[int, int | None]) -> dict[int, str]:
    """The path of each department of a whole tree.

    Args:
        parents: department → the one above it, or None for a root; without loops, and each parent is a key too.

    Raises:
        RuleViolation: ``department_too_deep``.
    """
    found: dict[int, str] = {}
    for pk in parents:
        line: list[int] = []
        above: int | None = pk
        while above is not None and above not in found:
            line.append(above)
            above = parents[above]
        for node in reversed(line):
            found[node] = _checked(f"{found[above] if above is not None else '/'}{node}/")
            above = node
    return found


def _path_above(corp_id: int, parent: Department | None) -> str:
    """The path to hang a department on, read under the lock of the corp: one tree is changed by one at a time."""
    lock(Corp(pk=corp_id))
    if parent is None:
        return "/"
    if parent.corp_id != corp_id:
        raise RuleViolation("department_foreign", _("The parent department belongs to another company."))
    return Department.objects.values_list("path", flat=True).get(pk=parent.pk)


def _checked(path: str) -> str:
    if len(path) > _LONGEST_PATH:
        raise RuleViolation("department_too_deep", _("The departments are nested too deeply."))
    return path


@transaction.atomic
def place(membership: DepartmentMember, *, by: Actor) -> DepartmentMember:
    """Store an employee's place in a department, a new or a changed one.

    Raises:
        RuleViolation: ``department_foreign``: the department is of another company than the employee.
    """
    if membership.department.corp_id != membership.employee.corp_id:
        raise RuleViolation("department_foreign", _("This department belongs to another company."))
    membership.corp_id = membership.employee.corp_id
    membership.save()
    return membership
