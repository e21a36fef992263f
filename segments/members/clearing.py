"""Rows that no reader sees any more: of runs that came to nothing, and of segments that were deleted."""

from segments.members import staging
from segments.models import Segment, SegmentRun, SegmentSize, SegmentStanding, SegmentStay, SegmentTouch

BATCH = 5_000


def clear_some() -> bool:
    """One batch of each. Returns whether there may be more."""
    broken = SegmentStanding.objects.filter(staged=True).exclude(segment__runs__open_mark=1)
    more = [staging.take_back(pk) for pk in broken.values_list("pk", flat=True)[:20]]
    gone = Segment.objects.exclude(deleted_at=None).exclude(standing=None)
    more += [_forget(pk) for pk in gone.order_by("pk").values_list("pk", flat=True)[:5]]
    return any(more)


def _forget(segment_id: int) -> bool:
    """Take away a batch of the stays of a deleted segment, and in the end the rest that hangs on it; its row stays, for
    history names it. Returns whether there is more."""
    ids = list(SegmentStay.objects.of_segment(segment_id).values_list("pk", flat=True)[:BATCH])
    SegmentStay.objects.filter(pk__in=ids).delete()
    if len(ids) == BATCH:
        return True
    SegmentTouch.objects.filter(segment_id=segment_id).delete()
    SegmentSize.objects.filter(segment_id=segment_id).delete()
    SegmentRun.objects.filter(segment_id=segment_id).delete()
    SegmentStanding.objects.filter(pk=segment_id).delete()
    return False
