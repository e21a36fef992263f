"""Have all of a segment asked anew, and call that off."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.errors import Conflict
from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from segments.choices import Reason, RunState
from segments.models import Segment, SegmentRun, SegmentStanding

# What makes a run that is under way ask again from its beginning.
_RENEWING = (Reason.CHANGED, Reason.EVENT)


def refresh(*, segment: Segment, by: Actor) -> SegmentRun:
    """Ask all of it anew, because somebody wants that now. While a run is open, that is the one.

    Raises:
        Conflict: ``segment_static``: a list is what somebody made it.
    """
    if not segment.is_dynamic:
        raise Conflict("segment_static", _("A static segment is a list: there is no condition to ask."))
    return request(segment=segment, reason=Reason.HAND, by=by)


@atomic
def request(*, segment: Segment, reason: Reason, by: Actor, origin: Segment | None = None) -> SegmentRun:
    """Put a run in the queue, or return the open one; one that asks what no longer holds begins anew."""
    if reason in _RENEWING:
        # Held until this commits: a run that begins meanwhile waits, and asks what holds then.
        standing = lock(SegmentStanding(pk=segment.pk))
        SegmentStanding.objects.filter(pk=standing.pk).update(stale_since=now())
    try:
        with transaction.atomic():
            return SegmentRun.objects.create(
                corp_id=segment.corp_id,
                segment=segment,
                reason=reason,
                actor=by.label,
                origin=origin,
                lease_until=now(),
            )
    except IntegrityError:
        run = SegmentRun.objects.select_for_update().filter(segment=segment, open_mark=1).first()
    if run is None:
        # It has just ended, having asked before this was wanted.
        return request(segment=segment, reason=reason, by=by, origin=origin)
    if reason in _RENEWING and run.state == RunState.RUNNING:
        SegmentRun.objects.filter(pk=run.pk).update(state=RunState.QUEUED, fence=F("fence") + 1, lease_until=now())
        run.refresh_from_db()
    return run


@atomic
def cancel(*, run: SegmentRun, by: Actor) -> SegmentRun:
    """Call a run off: readers go on seeing the members of before. A repeat does nothing.

    Raises:
        Conflict: ``refresh_over``: it has ended, or is being shown already.
    """
    row = SegmentRun.objects.select_for_update().get(pk=run.pk)
    if row.state == RunState.CANCELLED:
        return row
    if row.state not in (RunState.QUEUED, RunState.RUNNING):
        raise Conflict("refresh_over", _("This refresh is over."))
    row.state, row.finished_at, row.lease_until, row.fence = RunState.CANCELLED, now(), None, row.fence + 1
    row.last_error = f"cancelled by {by.label}"
    row.save(update_fields=["state", "finished_at", "lease_until", "fence", "last_error"])
    return row
