"""Customer lists narrowed to a segment: ``settings.CUSTOMER_FILTERS`` names this function for the package below."""

from typing import Any

from corps.actors import Actor
from customers.selection import COMMON
from segments.models import Segment, SegmentStay


def in_segment(rows: Any, segment_id: int, actor: Actor) -> Any:
    """Those of the customers who are members; of an unknown segment, nobody."""
    segment = Segment.objects.visible_to(actor).filter(pk=segment_id).select_related("standing").first()
    if segment is None:
        return rows.none()
    stays = SegmentStay.objects.of_segment(segment.pk).present(segment.standing.run)
    return rows.having(stays, common=segment.standing.size > COMMON)
