"""Write the next run of a segment beside the one that readers see: a batch at a time, taken back if it comes to
nothing."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Case, F, Value, When
from pyroaring import BitMap

from core.locks import lock
from core.retry import atomic_retry
from segments.models import SegmentRun, SegmentStanding, SegmentStay, SegmentTouch
from segments.querysets import NEVER

BATCH = 2_000


def stage(run: SegmentRun, entering: Sequence[int], leaving: Sequence[int]) -> None:
    """Have these customers enter and leave with the run. Call it in a transaction that holds the standing.

    Who has changed since the run began is left out, and asked about once more in the end.
    """
    changed = _touched(run, [*entering, *leaving])
    _enter(run, [customer for customer in entering if customer not in changed])
    _leave(run, [customer for customer in leaving if customer not in changed])


def restage(run: SegmentRun, members: Collection[int], ids: Collection[int]) -> None:
    """Have exactly ``members`` of these customers in the run. As ``stage``."""
    staged = SegmentStay.objects.of_segment(run.segment_id).filter(left_run=NEVER, customer_id__in=ids)
    have = set(staged.values_list("customer_id", flat=True))
    _enter(run, sorted(set(members) - have))
    _leave(run, sorted(have - set(members)))


def _touched(run: SegmentRun, ids: Collection[int]) -> set[int]:
    touches = SegmentTouch.objects.filter(segment_id=run.segment_id, customer_id__in=ids)
    return set(touches.values_list("customer_id", flat=True))


def _enter(run: SegmentRun, ids: list[int]) -> None:
    # A run that broke off before this one may have marked them as leaving.
    marked = SegmentStay.objects.of_segment(run.segment_id).filter(left_run=run.number, customer_id__in=ids)
    back = set(marked.values_list("customer_id", flat=True))
    if back:
        marked.update(left_run=NEVER, left_at=None, left_by="", left_event="")
    fields: dict[str, Any] = {"corp_id": run.corp_id, "segment_id": run.segment_id, "entered_run": run.number}
    fields |= {"entered_at": run.as_of, "entered_by": run.reason}
    rows = [SegmentStay(customer_id=customer, **fields) for customer in ids if customer not in back]
    SegmentStay.objects.bulk_create(rows, batch_size=1_000)


def _leave(run: SegmentRun, ids: list[int]) -> None:
    rows = SegmentStay.objects.of_segment(run.segment_id).filter(left_run=NEVER, customer_id__in=ids)
    rows.filter(entered_run=run.number).delete()
    # Events settled meanwhile may have let somebody in after the moment that the run asks of.
    at: Any = Case(When(entered_at__gt=run.as_of, then=F("entered_at")), default=Value(run.as_of))
    rows.update(left_run=run.number, left_at=at, left_by=run.reason, left_event="")


def staged_ids(segment_id: int) -> BitMap:
    """Who would be a member if the next run were finished as it stands."""
    rows = SegmentStay.objects.of_segment(segment_id).filter(left_run=NEVER)
    return BitMap(rows.values_list("customer_id", flat=True))


@atomic_retry
def take_back(segment_id: int) -> bool:
    """Undo one batch of what a run has left that was called off or failed, unless another is open: that one goes on
    from there. Returns whether there is more."""
    standing = lock(SegmentStanding(pk=segment_id))
    if not standing.staged or SegmentRun.objects.filter(segment_id=segment_id, open_mark=1).exists():
        return False
    rows = SegmentStay.objects.of_segment(segment_id)
    put = list(rows.filter(entered_run=standing.next).values_list("pk", flat=True)[:BATCH])
    marked = list(rows.filter(left_run=standing.next).values_list("pk", flat=True)[:BATCH])
    SegmentStay.objects.filter(pk__in=put).delete()
    SegmentStay.objects.filter(pk__in=marked).update(left_run=NEVER, left_at=None, left_by="", left_event="")
    if put or marked:
        return True
    SegmentStanding.objects.filter(pk=segment_id).update(staged=False)
    SegmentTouch.objects.filter(segment_id=segment_id).delete()
    return False
