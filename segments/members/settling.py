"""Bring the stays of some customers in one segment to what is known of them now."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from core.sql import rewrite
from segments.models import SegmentStanding, SegmentStay
from segments.querysets import NEVER


@dataclass(frozen=True, slots=True)
class Cause:
    """What brought somebody in or out: an event's name and id, or what was done and who did it."""

    name: str
    event: str


@dataclass(slots=True)
class Moves:
    """Customers who came and went before readers' eyes."""

    entered: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.entered or self.left)


def settle(
    *,
    standing: SegmentStanding,
    ids: Collection[int],
    members: Collection[int],
    causes: Mapping[int, Cause],
    at: dt.datetime,
) -> Moves:
    """Have exactly ``members`` of these customers in the segment, for readers to see at once. What a run has put by for
    later stays its own.

    Args:
        standing: locked, and counted at least once.
        causes: of every one of ``ids``.
    """
    rows = SegmentStay.objects.of_segment(standing.segment_id).filter(customer_id__in=list(ids))
    known = {row.customer_id: row for row in rows.filter(left_run__in=(NEVER, standing.next))}
    wanted, moves = set(members), Moves()
    new: list[SegmentStay] = []
    changed: list[SegmentStay] = []
    for customer in sorted(ids):
        row = known.get(customer)
        seen = row is not None and row.entered_run <= standing.run
        if customer in wanted and not seen:
            (new if row is None else changed).append(_entering(standing, customer, row, causes[customer], at))
            moves.entered.append(customer)
        elif seen and row is not None and customer not in wanted:
            changed.append(_leaving(standing, row, causes[customer], at))
            moves.left.append(customer)
    rewrite(changed, _CHANGED)
    SegmentStay.objects.bulk_create(new, batch_size=1_000)
    return moves


def _entering(
    standing: SegmentStanding, customer: int, row: SegmentStay | None, cause: Cause, at: dt.datetime
) -> SegmentStay:
    """A new stay, or the one that the next run has put by."""
    stay = row or SegmentStay(corp_id=standing.corp_id, segment_id=standing.segment_id, customer_id=customer)
    stay.entered_run, stay.entered_at, stay.entered_by, stay.entered_event = standing.run, at, cause.name, cause.event
    return stay


def _leaving(standing: SegmentStanding, row: SegmentStay, cause: Cause, at: dt.datetime) -> SegmentStay:
    row.left_run, row.left_at, row.left_by, row.left_event = standing.run, at, cause.name, cause.event
    return row


_CHANGED = [
    *("entered_run", "entered_at", "entered_by", "entered_event"),
    *("left_run", "left_at", "left_by", "left_event"),
]
