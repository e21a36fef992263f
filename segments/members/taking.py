"""That the members of a segment were taken along is written down, as every list is that leaves."""

from typing import Any

from core.exporting import MOST_ROWS
from core.pagination import bounded_count
from corps.actors import Actor
from customers.privacy import accesses
from segments import finding
from segments.models import Segment


def note(segment: Segment, *, by: Actor, source: str, address: str) -> None:
    """Keep who takes them along and how many they are, counted up to a bound, before the first of them is sent.

    Args:
        segment: with its standing.
    """
    number = bounded_count(finding.members(segment, by), MOST_ROWS)[0]
    filters = {"segmentId": str(segment.pk)}
    told: dict[str, Any] = {"by": by, "source": source, "address": address, "corp_id": segment.corp_id}
    accesses.exported(what="segment_members", number=number, filters=filters, **told)
