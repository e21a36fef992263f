"""Which segments have to be asked anew by the clock."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import Q

from core.time import day_range, now
from corps.actors import SYSTEM
from corps.models import Corp
from segments.choices import Reason
from segments.models import Segment, SegmentStanding
from segments.refreshing import requesting


def midnight(zone: ZoneInfo, at: dt.datetime) -> dt.datetime:
    """When the day began that a zone has at an instant."""
    return day_range(at.astimezone(zone).date(), zone)[0]


def request_due() -> int:
    """Ask for a run of each dynamic segment that was last asked on another day of its company ("in the last 90 days"
    is another question then), or has been stale since, and has no run open. Returns how many."""
    found = 0
    for corp in Corp.objects.filter(active=True):
        for segment in due(corp):
            requesting.request(segment=segment, reason=Reason.DAY, by=SYSTEM)
            found += 1
    return found


def due(corp: Corp) -> list[Segment]:
    today = midnight(corp.zone, now())
    old = Q(standing__as_of=None) | Q(standing__as_of__lt=today) | Q(standing__stale_since__isnull=False)
    rows = Segment.objects.of_corp(corp.pk).live().dynamic().filter(old)
    return list(rows.exclude(runs__open_mark=1).exclude(pk__in=_failed_today(corp, today)).order_by("pk"))


def _failed_today(corp: Corp, today: dt.datetime) -> list[int]:
    """What can't be asked isn't tried again before tomorrow, unless somebody asks."""
    rows = SegmentStanding.objects.of_corp(corp.pk).exclude(last_error="")
    failed = rows.filter(segment__runs__state="failed", segment__runs__finished_at__gte=today)
    return list(failed.values_list("pk", flat=True).distinct())
