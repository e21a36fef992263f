"""The runs on which nobody works, for whoever is free."""

from core.time import now
from segments.models import SegmentRun


def find(run_id: int) -> SegmentRun | None:
    """The run if it is among them, as somebody may take it (``leases.take``)."""
    return SegmentRun.objects.filter(pk=run_id, open_mark=1, lease_until__lte=now()).first()


def due() -> list[int]:
    """Open runs on which nobody works, oldest first."""
    open_runs = SegmentRun.objects.filter(open_mark=1, lease_until__lte=now())
    return list(open_runs.order_by("lease_until", "pk").values_list("pk", flat=True)[:100])
