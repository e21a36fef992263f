"""A new segment: of a condition, or of a list."""

from collections.abc import Collection
from typing import Any

from core.transactions import atomic
from corps.actors import Actor
from segments import events
from segments.catalogue import checking
from segments.catalogue.listing import put
from segments.choices import Kind, Reason
from segments.conditions import writing
from segments.models import Segment, SegmentStanding
from segments.refreshing import requesting


@atomic
def create_segment(
    *,
    corp_id: int,
    name: str,
    condition: Any,
    description: str = "",
    announces: bool = False,
    by: Actor,
    source: str,
) -> Segment:
    """Add a dynamic segment, record ``segment.created``, and have its members counted by a run.

    Raises:
        RuleViolation: ``name_invalid``, ``condition_invalid``.
        Conflict: ``segment_exists``, ``too_many_segments``.
    """
    corp = checking.hold(corp_id)
    asked, used = checking.asked(condition, corp, by=by)
    fields = {"description": description, "announces": announces, "uses": used}
    fields["condition"] = writing.document(asked)
    segment = make(corp_id, name, Kind.DYNAMIC, by, source, **fields)
    requesting.request(segment=segment, reason=Reason.CREATED, by=by)
    return segment


@atomic
def create_list(
    *,
    corp_id: int,
    name: str,
    customer_ids: Collection[int],
    description: str = "",
    announces: bool = False,
    by: Actor,
    source: str,
) -> Segment:
    """Add a static segment of these customers and record ``segment.created``. Who is deleted is left out.

    Raises:
        RuleViolation: ``name_invalid``, ``too_many_customers``, ``customer_unknown``.
        Conflict: ``segment_exists``, ``too_many_segments``.
    """
    checking.hold(corp_id)
    segment = make(corp_id, name, Kind.STATIC, by, source, description=description, announces=announces)
    SegmentStanding.objects.filter(pk=segment.pk).update(run=1)
    put(segment, customer_ids, by)
    return segment


def make(corp_id: int, name: str, kind: Kind, by: Actor, source: str, **fields: Any) -> Segment:
    """The row and its standing. The company is held."""
    checking.check_description(fields.get("description", ""))
    checking.check_number(corp_id)
    tidy = checking.name_of(corp_id, name)
    segment = Segment.objects.create(corp_id=corp_id, name=tidy, kind=kind, actor=by.label, **fields)
    SegmentStanding.objects.create(segment=segment, corp_id=corp_id)
    events.tell(events.CREATED, segment, by=by, source=source)
    return segment
