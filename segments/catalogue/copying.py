"""One segment made of another."""

from core.transactions import atomic
from corps.actors import Actor
from segments.catalogue import checking
from segments.catalogue.making import create_segment, make
from segments.choices import Kind, Reason
from segments.models import Segment
from segments.refreshing import requesting


@atomic
def copy_segment(*, segment: Segment, name: str, by: Actor, source: str) -> Segment:
    """Make a second segment of the same kind: with the same condition, or a list of the same customers.

    Raises: as ``create_segment`` and ``freeze_segment``.
    """
    if not segment.is_dynamic:
        return freeze_segment(segment=segment, name=name, by=by, source=source)
    row = checking.ready(segment)
    return create_segment(
        corp_id=row.corp_id,
        name=name,
        condition=row.condition,
        description=row.description,
        announces=row.announces,
        by=by,
        source=source,
    )


@atomic
def freeze_segment(*, segment: Segment, name: str, by: Actor, source: str) -> Segment:
    """Make a list of the customers who are in the segment now, by a run, and record ``segment.created``.

    Raises:
        RuleViolation: ``name_invalid``.
        Conflict: ``segment_deleted``, ``segment_exists``, ``too_many_segments``.
    """
    row = checking.ready(segment)
    frozen = make(row.corp_id, name, Kind.STATIC, by, source, description=row.description)
    requesting.request(segment=frozen, reason=Reason.CREATED, by=by, origin=row)
    return frozen
