"""What a rule of assignment may be."""

from django.utils.translation import gettext as _

from core.errors import Conflict
from corps.choices import EmployeeStatus
from corps.models import Department, Employee
from customers.contact_ways.checking import is_time, missing, name, wrong
from customers.models import AssignmentRule, Channel

MOST_NAMED = 500
MOST_RULES = 100


def check(rule: AssignmentRule) -> None:
    """Put its lists in order, and refuse what can't be, and rows of other companies.

    Raises:
        RuleViolation: see ``rules.create_rule``.
    """
    rule.name = name(rule.name)
    rule.employee_ids, rule.department_ids = sorted(set(rule.employee_ids)), sorted(set(rule.department_ids))
    if not rule.employee_ids and not rule.department_ids:
        raise wrong("employeeIds", _("Name at least one employee or department."), "people_invalid")
    if len(rule.employee_ids) + len(rule.department_ids) > MOST_NAMED:
        message = _("At most %(n)d employees and departments are named by a rule.") % {"n": MOST_NAMED}
        raise wrong("employeeIds", message, "people_invalid")
    if not is_time(rule):
        raise wrong("weekdays", _("Choose at least one weekday, and both hours or none."), "hours_invalid")
    if rule.channel_id and rule.unnamed_state:
        message = _("Whoever came by an unnamed state came by no channel.")
        raise wrong("unnamedState", message, "channel_and_unnamed")
    _check_rows(rule)


def check_number(corp_id: int) -> None:
    """Raises Conflict: ``too_many_rules``."""
    if len(AssignmentRule.objects.of_corp(corp_id).values_list("pk")[:MOST_RULES]) >= MOST_RULES:
        raise Conflict("too_many_rules", _("A company has at most %(n)d rules.") % {"n": MOST_RULES})


def _check_rows(rule: AssignmentRule) -> None:
    people = Employee.objects.of_corp(rule.corp_id)
    # Who left since stays named: they are passed over, and the rest of the rule can still be changed.
    if missing(rule.employee_ids, people) or missing([rule.spare_id], people.exclude(status=EmployeeStatus.LEFT)):
        raise wrong("employeeIds", _("There is no such employee in this company."), "employee_unknown")
    if missing(rule.department_ids, Department.objects.of_corp(rule.corp_id)):
        raise wrong("departmentIds", _("There is no such department in this company."), "department_unknown")
    if missing([rule.channel_id], Channel.objects.of_corp(rule.corp_id)):
        raise wrong("channelId", _("There is no such channel in this company."), "channel_unknown")
