"""The daily look at everybody: what no event tells of (silence), what an event was missed for, what has grown old."""

import datetime as dt
from collections.abc import Collection

from core.retry import atomic_retry
from corps.hours import at_hour
from corps.models import Employee
from customers.models import Customer
from insights.risks import settling

BATCH = 500
# Of one task, which rings for the next.
BATCHES = 10
# The hour of the company's day at which it is swept, and that at which its employees are once more: what WeCom counted
# of yesterday is read from six o'clock on.
HOUR, LATER = 3, 8


def due(moment: dt.datetime | None = None, *, hour: int = HOUR) -> list[int]:
    """The companies in whose zone it is the hour."""
    return at_hour(hour, moment)


def sweep_some(*, corp_id: int, after: int = 0) -> int | None:
    """Settle the next customers behind this id; with the first of them all employees.

    Returns: behind which id to go on; None when everybody has had a turn.
    """
    if not after:
        sweep_employees(corp_id)
    for _n in range(BATCHES):
        ids = list(_behind(corp_id, after))
        if not ids:
            return None
        atomic_retry(settling.settle_customers)(corp_id=corp_id, customer_ids=ids)
        after = ids[-1]
    return after


def sweep_employees(corp_id: int) -> None:
    """Settle what is about employees' days."""
    _in_pieces(corp_id, list(Employee.objects.of_corp(corp_id).values_list("pk", flat=True)))


def sweep_all(corp_id: int) -> None:
    """All of it at once, for a command."""
    after: int | None = 0
    while after is not None:
        after = sweep_some(corp_id=corp_id, after=after)


def _behind(corp_id: int, after: int) -> Collection[int]:
    rows = Customer.objects.of_corp(corp_id).filter(pk__gt=after).order_by("pk")
    return rows.values_list("pk", flat=True)[:BATCH]


def _in_pieces(corp_id: int, employees: list[int]) -> None:
    for start in range(0, len(employees), BATCH):
        atomic_retry(settling.settle_employees)(corp_id=corp_id, employee_ids=employees[start : start + BATCH])
