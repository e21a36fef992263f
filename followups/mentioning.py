"""Colleagues who are named (@) in a follow-up or in a comment."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from corps.actors import Actor
from corps.choices import EmployeeStatus
from corps.models import Employee
from followups.models import FollowUp, FollowUpComment, FollowUpMention

MOST = 20


def mention(
    row: FollowUp, employee_ids: Collection[int], *, by: Actor, comment: FollowUpComment | None = None
) -> list[int]:
    """Name colleagues, within the rule that writes. Returns those who were not named there before; its event tells.

    Raises:
        RuleViolation: ``mention_unknown``: nobody of the company, or they have left; ``too_many_mentions``.
    """
    wanted = set(employee_ids)
    if len(wanted) > MOST:
        raise _refused("too_many_mentions", _("Name at most %(n)d colleagues.") % {"n": MOST})
    here = Employee.objects.of_corp(row.corp_id).exclude(status=EmployeeStatus.LEFT)
    if wanted and here.filter(pk__in=wanted).count() < len(wanted):
        raise _refused("mention_unknown", _("There is no such colleague in this company."))
    named = FollowUpMention.objects.filter(follow_up=row, comment=comment, employee__in=wanted) if wanted else None
    fresh = sorted(wanted - set(named.values_list("employee_id", flat=True) if named is not None else ()))
    about = {"corp_id": row.corp_id, "customer_id": row.customer_id, "follow_up": row, "comment": comment}
    rows = [FollowUpMention(**about, employee_id=employee, actor=by.label) for employee in fresh]
    FollowUpMention.objects.bulk_create(rows)
    return fresh


def _refused(code: str, message: str) -> RuleViolation:
    return RuleViolation(code, message, [FieldError("mentionIds", code, message)])
