"""The only doors to one segment: what the actor may not see is not there."""

from typing import Any

from core.errors import NotFound
from corps.actors import Actor
from segments import freshness
from segments.models import Segment, SegmentStay


def one(segment_id: int, actor: Actor) -> Segment:
    """The segment with its standing. Raises NotFound."""
    row = freshness.with_standing(Segment.objects.visible_to(actor).filter(pk=segment_id)).first()
    if row is None:
        raise NotFound
    return row


def members(segment: Segment, actor: Actor) -> Any:
    """The stays of the members whom the actor may see."""
    run: int = segment.standing.run  # type: ignore[attr-defined]
    return SegmentStay.objects.visible_to(actor).of_segment(segment.pk).present(run)
