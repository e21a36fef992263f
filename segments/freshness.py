"""How fresh a segment is, as people read it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.time import now
from segments.models import Segment, SegmentRun, SegmentStanding
from segments.refreshing.dates import midnight

FRESH, STALE, COUNTING, REFRESHING, FAILED, LISTED = "fresh", "stale", "counting", "refreshing", "failed", "static"


@dataclass(frozen=True, slots=True)
class Freshness:
    """``percent`` is that of a refresh under way."""

    state: str
    message: str
    percent: int | None = None


def with_standing(rows: QuerySet[Segment]) -> QuerySet[Segment]:
    """Segments with all that ``of`` looks at."""
    open_runs = SegmentRun.objects.filter(open_mark=1)
    return rows.select_related("standing", "corp").prefetch_related(Prefetch("runs", open_runs, to_attr="open_runs"))


def of(segment: Segment) -> Freshness:
    """Of a segment from ``with_standing``."""
    standing: SegmentStanding = segment.standing  # type: ignore[attr-defined]
    runs: list[SegmentRun] = segment.open_runs  # type: ignore[attr-defined]
    if runs and not standing.run:
        return Freshness(COUNTING, _("Its members are being counted for the first time."), runs[0].percent)
    if not segment.is_dynamic:
        return Freshness(LISTED, _("A list: it stays as somebody made it."))
    told = {"at": _shown(standing.as_of)}
    if runs:
        return Freshness(REFRESHING, _("Being refreshed. What is shown is of %(at)s.") % told, runs[0].percent)
    if standing.last_error:
        told["why"] = standing.last_error
        return Freshness(FAILED, _("The last refresh failed: %(why)s What is shown is of %(at)s.") % told)
    if _is_stale(segment, standing):
        return Freshness(STALE, _("Waits for its next refresh. What is shown is of %(at)s.") % told)
    return Freshness(FRESH, _("Fresh: all were asked at %(at)s, and who has changed since then at once.") % told)


def _is_stale(segment: Segment, standing: SegmentStanding) -> bool:
    if standing.as_of is None or standing.stale_since is not None:
        return True
    return standing.as_of < midnight(segment.corp.zone, now())


def _shown(moment: dt.datetime | None) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else "–"
