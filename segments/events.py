"""The events of segments (tests/contracts holds the schemas)."""

from collections.abc import Collection, Sequence
from typing import Any

from corps.actors import SYSTEM, Actor
from messaging import outbox
from segments.models import Segment, SegmentStanding

CREATED = "segment.created"
UPDATED = "segment.updated"
DELETED = "segment.deleted"
MEMBER_ENTERED = "segment.member.entered"
MEMBER_LEFT = "segment.member.left"


def tell(name: str, segment: Segment, *, by: Actor, source: str, changed: Collection[str] = ()) -> None:
    """``changed`` holds wire names, without values."""
    data: dict[str, Any] = {"segmentId": segment.pk, "kind": segment.kind}
    if name == UPDATED:
        data["changed"] = sorted(changed)
    outbox.record(name, subject=segment, data=data, source=source, actor=by.label)


def members(name: str, standing: SegmentStanding, ids: Sequence[int], *, cause: str, run_id: int | None) -> None:
    """Who entered or left. The order is that of the standing's versions, beside those of the segment."""
    data = {"segmentId": standing.segment_id, "customerIds": list(ids), "cause": cause, "runId": run_id}
    outbox.record(name, subject=standing, data=data, source="system", actor=SYSTEM.label)
