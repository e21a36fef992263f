"""How far the mirror has drifted from WeCom: a small sample every hour, which mends what it finds."""

import datetime as dt
import random
import time
from collections.abc import Iterable

from core.time import now
from corps.choices import EmployeeStatus
from corps.models import Corp, Employee
from customers.choices import RelationStatus
from customers.models import FollowRelation
from wecom import refreshing
from wecom.client import customers
from wecom.client.errors import Gone, NoRelation, NotConnected, OutOfRange, WecomError
from wecom.client.transport import Client, client_for
from wecom.models import DriftCheck

# A company of this many employees is looked at whole; of a larger one, others each time.
EMPLOYEES = 100
# One customer in a hundred is read again, and no more than this.
ONE_IN, CUSTOMERS = 100, 200
# A task may take no longer; what has been looked at by then counts.
SECONDS = 60.0
KEPT = dt.timedelta(days=30)
# What WeCom lists: it knows nothing of the customer's having deleted the employee.
_LISTED = (RelationStatus.ACTIVE, RelationStatus.ENDED_BY_CUSTOMER)


def check_all() -> int:
    """Look at every connected company. Returns how many could be looked at."""
    looked = 0
    for corp in Corp.objects.filter(mirrored=True, active=True).order_by("pk"):
        try:
            check(corp.pk)
        except (WecomError, NotConnected):
            # It says so itself on the app's page; the next hour tries again.
            continue
        looked += 1
    return looked


def check(corp_id: int) -> DriftCheck:
    """Compare a sample, mend what differs, and keep the figures. Raises WecomError, NotConnected."""
    client, until = client_for(corp_id), time.monotonic() + SECONDS
    found, seen, doubtful = DriftCheck(corp_id=corp_id), set(), set()
    for employee in _employees(corp_id):
        if time.monotonic() > until:
            break
        if (shown := _shown(client, employee.userid)) is None:
            continue
        here = _here(employee)
        unequal = _unequal(shown, here)
        found.employees += 1
        found.pairs += len(shown | here.keys())
        found.unequal += len(unequal)
        seen |= shown
        doubtful |= unequal
    verified = random.sample(sorted(seen), min(CUSTOMERS, -(-len(seen) // ONE_IN)))
    for external_userid in [*sorted(doubtful)[:CUSTOMERS], *verified]:
        if time.monotonic() > until:
            break
        changes = refreshing.refresh_customer(corp_id=corp_id, external_userid=external_userid, source="sync")
        if external_userid in verified and external_userid not in doubtful:
            found.verified += 1
            found.differing += bool(changes.new or changes.changed or changes.ended)
    found.save()
    DriftCheck.objects.of_corp(corp_id).filter(checked_at__lt=now() - KEPT).delete()
    return found


def _employees(corp_id: int) -> Iterable[Employee]:
    rows = Employee.objects.of_corp(corp_id).filter(can_follow=True).exclude(status=EmployeeStatus.LEFT)
    pks = list(rows.values_list("pk", flat=True))
    return rows.filter(pk__in=random.sample(pks, min(EMPLOYEES, len(pks))))


def _shown(client: Client, userid: str) -> set[str] | None:
    try:
        return set(customers.customer_ids(client, userid))
    except (Gone, OutOfRange, NoRelation):
        # One who has left a moment ago says nothing of the others.
        return None


def _here(employee: Employee) -> dict[str, int]:
    """external_userid → status of what WeCom lists, or has listed until the customer left."""
    rows = FollowRelation.objects.filter(employee=employee, status__in=_LISTED, fetch_seq__gt=0)
    return dict(rows.values_list("customer__external_userid", "status"))


def _unequal(shown: set[str], here: dict[str, int]) -> set[str]:
    living = {external for external, status in here.items() if status == RelationStatus.ACTIVE}
    return (living - shown) | (shown - here.keys())
