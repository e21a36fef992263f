"""A rule of assignment: its beginning, changes and end."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError
from core.locks import lock
from core.transactions import atomic
from core.versions import check_version
from corps.actors import Actor
from customers import channels
from customers.assigning import checking, events
from customers.models import AssignmentRule

# Column → its name on the wire.
WRITABLE = {
    "name": "name",
    "order": "order",
    "active": "active",
    "channel_id": "channelId",
    "unnamed_state": "unnamedState",
    "add_way": "addWay",
    "also_lost": "alsoLost",
    "strategy": "strategy",
    "employee_ids": "employeeIds",
    "department_ids": "departmentIds",
    "capacity": "capacity",
    "day_cap": "dayCap",
    "weekdays": "weekdays",
    "start": "start",
    "end": "end",
    "spare_id": "spareEmployeeId",
}


@atomic
def create_rule(*, corp_id: int, by: Actor, source: str, **fields: Any) -> AssignmentRule:
    """Add a rule and record ``assignment_rule.created``. It holds for whoever waits already, too.

    Args:
        fields: any of ``WRITABLE``.

    Raises:
        RuleViolation: ``name_invalid``, ``people_invalid``, ``employee_unknown``, ``department_unknown``,
            ``channel_unknown``, ``hours_invalid``, ``channel_and_unnamed``.
        Conflict: ``assignment_rule_exists``, ``too_many_rules``.
    """
    channels.hold(corp_id)
    rule = AssignmentRule(corp_id=corp_id, **fields)
    checking.check(rule)
    _check_name(rule)
    checking.check_number(corp_id)
    rule.save()
    events.tell(events.RULE_CREATED, rule, by=by, source=source)
    return rule


@atomic
def update_rule(
    *, rule: AssignmentRule, by: Actor, source: str, if_version: int | None = None, **fields: Any
) -> AssignmentRule:
    """Change what differs and record ``assignment_rule.updated``; a repeat does nothing.

    Raises:
        PreconditionFailed: ``version_passed``.
        RuleViolation, Conflict: as ``create_rule``.
    """
    row = _ready(rule, if_version)
    before = {column: getattr(row, column) for column in fields}
    for column, value in fields.items():
        setattr(row, column, value)
    checking.check(row)
    changed = [column for column, value in before.items() if getattr(row, column) != value]
    if not changed:
        return row
    _check_name(row)
    row.version += 1
    row.save(update_fields=[*changed, "version", "update_time"])
    events.tell(events.RULE_UPDATED, row, by=by, source=source, changed=[WRITABLE[column] for column in changed])
    return row


@atomic
def delete_rule(*, rule: AssignmentRule, by: Actor, source: str, if_version: int | None = None) -> None:
    """Take a rule away and record ``assignment_rule.deleted``. What it gave away stays so, and names it for ever.

    Raises:
        PreconditionFailed: ``version_passed``.
    """
    row = _ready(rule, if_version)
    row.version += 1
    events.tell(events.RULE_DELETED, row, by=by, source=source)
    row.delete()


def _ready(rule: AssignmentRule, if_version: int | None) -> AssignmentRule:
    channels.hold(rule.corp_id)
    row = lock(rule)
    check_version(row, if_version)
    return row


def _check_name(rule: AssignmentRule) -> None:
    if AssignmentRule.objects.of_corp(rule.corp_id).filter(name=rule.name).exclude(pk=rule.pk).exists():
        message = _("A rule of this name exists already.")
        error = FieldError("name", "assignment_rule_exists", message)
        raise Conflict("assignment_rule_exists", message, [error])
