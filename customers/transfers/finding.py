"""The only doors to one transfer, and to the employees it is between: what the actor may not see is not there."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.errors import FieldError, NotFound, RuleViolation
from corps.actors import Actor
from corps.models import Employee
from corps.querysets import owns_narrowly
from customers.models import TransferJob


def one(job_id: int, actor: Actor) -> TransferJob:
    """The transfer, if the actor may see it. Raises NotFound."""
    row = TransferJob.objects.visible_to(actor).filter(pk=job_id).select_related("handover").first()
    if row is None:
        raise NotFound
    return row


def giver(employee_id: int, actor: Actor) -> Employee:
    """Who hands over: anybody of the company, for a manager somebody of the own people.

    Raises:
        RuleViolation: ``employee_unknown``.
    """
    return _people([employee_id], actor, "handoverId")[0]


def takers(employee_ids: Sequence[int], actor: Actor) -> list[Employee]:
    """Who takes over, in the order given. Raises as ``giver``."""
    return _people(employee_ids, actor, "takerIds")


def _people(ids: Sequence[int], actor: Actor, field: str) -> list[Employee]:
    rows = Employee.objects.visible_to(actor)
    if owns_narrowly(actor):
        rows = rows.filter(pk__in=Employee.objects.managed_or_self(actor))
    found = rows.select_related("corp").in_bulk(list(ids))
    if any(pk not in found for pk in ids):
        message = _("There is no such employee in this company, or none of yours.")
        raise RuleViolation("employee_unknown", message, [FieldError(field, "employee_unknown", message)])
    return [found[pk] for pk in ids]
