"""How many members there are, day by day."""

import datetime as dt

from django.db.models import F

from segments.members.settling import Moves
from segments.models import SegmentSize, SegmentStanding


def note(standing: SegmentStanding, moves: Moves, at: dt.datetime) -> None:
    """Set the size that a (locked) standing has now, and count who came and went, for the company's day."""
    tally(standing, entered=len(moves.entered), left=len(moves.left), at=at)


def tally(standing: SegmentStanding, *, entered: int, left: int, at: dt.datetime) -> None:
    day = at.astimezone(standing.segment.corp.zone).date()
    found = SegmentSize.objects.filter(segment_id=standing.segment_id, day=day)
    if found.update(size=standing.size, entered=F("entered") + entered, left=F("left") + left):
        return
    fields = {"corp_id": standing.corp_id, "segment_id": standing.segment_id, "day": day}
    SegmentSize.objects.create(**fields, size=standing.size, entered=entered, left=left)


def history(segment_id: int, *, days: int, today: dt.date) -> list[SegmentSize]:
    """The last days of which a size is known, oldest first."""
    since = today - dt.timedelta(days=days - 1)
    return list(SegmentSize.objects.filter(segment_id=segment_id, day__gte=since, day__lte=today).order_by("day"))
