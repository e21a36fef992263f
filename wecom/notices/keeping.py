"""What is to be told, to whom and when: a row for each colleague, asked for by an event."""

import datetime as dt
from collections.abc import Collection

from core.time import now
from corps.models import Employee
from wecom.models import Notice

KEPT = dt.timedelta(days=30)
_BATCH = 1_000


def keep(
    *,
    corp_id: int,
    event_id: str,
    risk_id: int | None,
    kind: str,
    level: int,
    customer_id: int | None,
    owner_id: int | None,
    recipients: Collection[int],
    due_at: dt.datetime,
) -> int:
    """Have these employees told at ``due_at``; the same event again asks for nothing. Returns how many are told."""
    known = Employee.objects.of_corp(corp_id).filter(pk__in=recipients).values_list("pk", flat=True)
    rows = [
        Notice(
            corp_id=corp_id,
            employee_id=employee,
            event_id=event_id,
            risk_id=risk_id,
            kind=kind,
            level=level,
            customer_id=customer_id,
            owner_id=owner_id,
            due_at=due_at,
        )
        for employee in known
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def withdraw(*, corp_id: int, risk_id: int) -> int:
    """What hasn't been told of a warning that is over needs no telling. Returns how many messages that saves."""
    waiting = Notice.objects.of_corp(corp_id).filter(risk_id=risk_id, state=Notice.State.WAITING)
    return waiting.update(state=Notice.State.WITHDRAWN, settled_at=now())


def prune() -> int:
    """Forget what was settled a month ago, in batches that hold no lock for long. Returns how many."""
    total = 0
    old = Notice.objects.filter(settled_at__lt=now() - KEPT)
    while ids := list(old.values_list("pk", flat=True)[:_BATCH]):
        total += Notice.objects.filter(pk__in=ids).delete()[0]
    return total
