"""The end of a segment."""

from django.utils.translation import gettext as _

from core.errors import Conflict
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from segments import events
from segments.catalogue import checking
from segments.choices import OPEN_RUNS, RunState
from segments.models import Segment, SegmentRun
from segments.rules import books


@atomic
def delete_segment(*, segment: Segment, by: Actor, source: str, if_version: int | None = None) -> None:
    """Take a segment away and record ``segment.deleted``. Its stays are cleared away later, in batches.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``segment_in_use``: another segment's condition names it.
    """
    row = checking.ready(segment, if_version)
    others = Segment.objects.of_corp(row.corp_id).live().dynamic().only("name", "uses")
    if users := [other.name for other in others if row.pk in other.uses]:
        message = _("These segments ask it: %(names)s. Change them first.") % {"names": ", ".join(users[:5])}
        raise Conflict("segment_in_use", message)
    row.deleted_at = now()
    row.version += 1
    row.save(update_fields=["deleted_at", "version", "update_time"])
    runs = SegmentRun.objects.filter(segment=row, state__in=OPEN_RUNS)
    runs.update(state=RunState.CANCELLED, finished_at=now(), lease_until=None)
    books.outdate(row.corp_id)
    events.tell(events.DELETED, row, by=by, source=source)
