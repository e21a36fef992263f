"""Note who has changed, and which segments have to be asked anew altogether. What follows is done in batches."""

from collections.abc import Collection

from corps.actors import SYSTEM
from segments.choices import Reason
from segments.models import Segment, SegmentPending
from segments.refreshing import requesting


def note(*, corp_id: int, customer_ids: Collection[int], cause: str, event_id: str) -> bool:
    """Put customers down to be asked about. Call it in the transaction of what is done with the event.

    Returns: whether they are the first that wait: then nobody has been told yet to look.
    """
    if not customer_ids or not Segment.objects.of_corp(corp_id).live().exists():
        return False
    waiting = SegmentPending.objects.of_corp(corp_id).exists()
    SegmentPending.objects.bulk_create(
        [
            SegmentPending(corp_id=corp_id, customer_id=customer, cause=cause, event_id=event_id)
            for customer in sorted(set(customer_ids))
        ],
        batch_size=1_000,
    )
    return not waiting


def note_for_dependants(segment: Segment, customer_ids: Collection[int], *, cause: str) -> None:
    """Put down who came on a list or went off it, where other segments ask that list."""
    if len(with_dependants([segment])) > 1:
        note(corp_id=segment.corp_id, customer_ids=customer_ids, cause=cause, event_id=f"segment:{segment.pk}")


def renew(segments: list[Segment]) -> bool:
    """Have all of these segments asked anew, and of those that name them. Returns whether there are any."""
    concerned = [segment for segment in with_dependants(segments) if segment.is_dynamic]
    for segment in concerned:
        requesting.request(segment=segment, reason=Reason.EVENT, by=SYSTEM)
    return bool(concerned)


def with_dependants(segments: list[Segment]) -> list[Segment]:
    """These and all whose conditions name one of them, directly or not."""
    found = {segment.pk: segment for segment in segments}
    if not found:
        return []
    others = list(Segment.objects.of_corp(segments[0].corp_id).live().dynamic().order_by("pk"))
    while more := [row for row in others if row.pk not in found and found.keys() & set(row.uses)]:
        found |= {row.pk: row for row in more}
    return list(found.values())
