"""What the page of a segment shows above its form: how it stands, how large it was, how its refreshes went."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from core.time import now
from segments import freshness
from segments.members import sizes
from segments.models import Segment, SegmentRun, SegmentSize

DAYS, RUNS = 90, 8
_WIDTH, _HEIGHT = 320, 48
COLOURS = {"fresh": "success", "stale": "warning", "failed": "danger", "counting": "info", "refreshing": "info"}


def of(segment: Segment) -> dict[str, Any]:
    """Of a segment with its standing."""
    today = now().astimezone(segment.corp.zone).date()
    days = sizes.history(segment.pk, days=DAYS, today=today)
    return {
        "size": segment.standing.size,  # type: ignore[attr-defined]
        "freshness": freshness.of(segment),
        "days": days[-7:][::-1],
        "line": line(days),
        "runs": SegmentRun.objects.filter(segment=segment).order_by("-pk")[:RUNS],
        "members": f"{reverse('admin:customers_customer_changelist')}?segment={segment.pk}",
    }


def line(days: Sequence[SegmentSize]) -> str:
    """The points of a small line of sizes, for an SVG of 320 by 48; empty where there are fewer than two."""
    if len(days) < 2:
        return ""
    top = max(day.size for day in days) or 1
    step = _WIDTH / (len(days) - 1)
    return " ".join(f"{round(n * step)},{_HEIGHT - round(day.size * _HEIGHT / top)}" for n, day in enumerate(days))
