"""Keep the company's tree and its people. The mirror and the console call the same functions."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from core.locks import lock
from corps.actors import Actor
from corps.models import Corp, Department


@transaction.atomic
def create_department(
    *, corp: Corp, name: str, parent: Department | None = None, wecom_id: int | None = None, order: int = 0, by: Actor
) -> Department:
    """Add a department below ``parent`` (or a root) and give it its path.

    Raises:
        RuleViolation: ``department_foreign`` when the parent is of another corp.
    """
    if parent and parent.corp_id != corp.pk:
        raise RuleViolation("department_foreign", _("The parent department belongs to another company."))
    row = Department.objects.create(corp=corp, name=name, parent=parent, wecom_id=wecom_id, order=order)
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    row.save(update_fields=["path"])
    return row


@transaction.atomic
def move_department(*, department: Department, parent: Department | None, by: Actor) -> Department:
    """Hang a department below another one; everything below moves with it.

    Raises:
        RuleViolation: ``department_cycle`` when the new parent is the department itself or below it,
            ``department_foreign`` when it is of another corp.
    """
    row = lock(department)
    if parent and parent.corp_id != row.corp_id:
        raise RuleViolation("department_foreign", _("The parent department belongs to another company."))
    if parent and parent.path.startswith(row.path):
        raise RuleViolation("department_cycle", _("A department can't be placed below itself."))
    old, new = row.path, f"{parent.path if parent else '/'}{row.pk}/"
    if old == new:
        return row
    below = list(Department.objects.of_corp(row.corp_id).filter(path__startswith=old))
    for node in below:
        node.path = new + node.path[len(old):]
    Department.objects.bulk_update(below, ["path"], batch_size=500)
    row.parent, row.path = parent, new
    row.save(update_fields=["parent", "path", "update_time"])
    return row
