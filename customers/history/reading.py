"""Read what became of values, and where the present ones came from."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Max, QuerySet

from customers.models import Customer, ValueChange

PAGE = 50
# Of a profile: each value of a customer and of its relations has one last change.
MOST = 1_000
MADE = ("created_source", "created_by", "created_run", "create_time")


def page(
    customer_ids: Sequence[int], *, before: int | None = None, field: str = "", employee_id: int | None = None
) -> QuerySet[ValueChange]:
    """The next page of what changed in these records, the latest first.

    Args:
        before: the id at which the last page ended.
        field: one of ``fields.NAMES``: of this one only.
        employee_id: of this employee's notes only.
    """
    rows = ValueChange.objects.filter(customer_id__in=customer_ids).order_by("-pk")
    rows = rows.filter(pk__lt=before) if before else rows
    rows = rows.filter(field=field) if field else rows
    return (rows.filter(employee_id=employee_id) if employee_id else rows)[:PAGE]


def latest(customer_ids: Sequence[int]) -> Any:
    """The last change of each value: ``(employee or None, field, source, actor, run, at, record)``, the facts first."""
    theirs = ValueChange.objects.filter(customer_id__in=customer_ids).order_by()
    last = theirs.values("customer_id", "employee_id", "field")
    rows = ValueChange.objects.filter(pk__in=last.annotate(last=Max("pk")).values("last"))
    columns = ("employee_id", "field", "source", "actor", "run_id", "at", "customer_id")
    return rows.order_by("employee_id", "pk").values_list(*columns)[:MOST]


def made(customer_ids: Sequence[int]) -> Any:
    """How each record was made: ``(id, source, actor, run, at)``; without a source its beginning is not on record."""
    return Customer.objects.filter(pk__in=customer_ids).order_by("pk").values_list("pk", *MADE)
