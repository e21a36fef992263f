"""Whom a run's listings have not shown: what it has sighted is packed, so they are marked in their rows."""

from collections.abc import Sequence

from django.db.models import QuerySet

from customers.choices import RelationStatus
from customers.mirroring import sightings
from customers.models import FollowRelation
from wecom.models import SyncRun

# Employees whose relations are looked at together, and rows marked by one statement.
_EMPLOYEES, _ROWS = 20, 1_000


def mark(run: SyncRun, employee_ids: Sequence[int]) -> int:
    """Mark the relations of these employees that the run has not seen. Returns how many; doing it again changes
    nothing."""
    seen, marked = sightings.Seen(run.corp_id, run.pk, run.first_ticket), 0
    for start in range(0, len(employee_ids), _EMPLOYEES):
        rows = older(run, employee_ids[start : start + _EMPLOYEES]).exclude(seen_run=run.pk)
        missing = [ident for ident in rows.order_by("pk").values_list("pk", flat=True) if ident not in seen]
        for at in range(0, len(missing), _ROWS):
            FollowRelation.objects.filter(pk__in=missing[at : at + _ROWS]).update(missed_run=run.pk)
        marked += len(missing)
    return marked


def older(run: SyncRun, employee_ids: Sequence[int]) -> QuerySet[FollowRelation]:
    """Living relations of these employees that WeCom once showed, and of which nobody has read since the run began."""
    living = FollowRelation.objects.of_corp(run.corp_id).filter(status=RelationStatus.ACTIVE)
    return living.filter(employee_id__in=employee_ids, fetch_seq__gt=0, fetch_seq__lt=run.first_ticket)
