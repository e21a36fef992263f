"""Work on a run: ask all, write the differences in batches beside what readers see, show them in one step, tell."""

import time

import structlog
from django.utils.translation import gettext as _

from core import rows
from core.errors import RuleViolation
from core.failpoints import failpoint
from core.locks import lock
from core.retry import atomic_retry
from core.time import now
from segments.choices import RunState
from segments.members import staging, telling
from segments.models import Segment, SegmentRun, SegmentStanding, SegmentTouch
from segments.refreshing import leases, questions, queue, showing
from segments.refreshing.differing import NOBODY, Batch, differences
from segments.refreshing.failing import give_up, note_failure
from segments.refreshing.leases import Fenced

# Seconds after which a worker lets somebody else have a turn.
SPELL = 40
# Who has changed meanwhile, in one transaction.
CHANGED = 500
_log = structlog.get_logger("scrm.segments")


def work(run_id: int) -> bool:
    """Work on a run for a spell, if nobody does. Returns whether it is to be gone on with at once."""
    run = queue.find(run_id)
    if run is None:
        return False
    until = time.monotonic() + SPELL
    try:
        run = _begin(run)
        return _spell(run, until)
    except Fenced:
        return False
    except RuleViolation as refusal:
        return give_up(run, str(refusal.message))
    except Exception as error:
        _log.exception("segment_refresh_failed", segment=run.segment_id, run=run.pk)
        return note_failure(run, _("An error of the service: %(name)s.") % {"name": type(error).__name__})


def _spell(run: SegmentRun, until: float) -> bool:
    if run.state != RunState.TELLING:
        failpoint("segment.begun")
        *batches, last = differences(run)
        for some in batches:
            _stage(run, some)
            failpoint("segment.staged")
            if time.monotonic() > until:
                leases.release(run)
                return True
        while not _show(run, last):
            last = NOBODY
            failpoint("segment.asked_again")
        failpoint("segment.shown")
    while _tell(run):
        failpoint("segment.told")
        if time.monotonic() > until:
            leases.release(run)
            return True
    return False


@atomic_retry
def _begin(run: SegmentRun) -> SegmentRun:
    """Take it, and in the same transaction, unless it is shown already, have it ask of this moment: from now on, who is
    asked about by themselves is left to that."""
    if run.state == RunState.TELLING:
        return leases.take(run)
    standing = lock(SegmentStanding(pk=run.segment_id))
    moment = now()
    begun = {"state": RunState.RUNNING, "number": standing.next, "as_of": moment, "total": 0, "done": 0}
    run = leases.take(run, **begun, started_at=run.started_at or moment)
    if standing.staged:
        SegmentTouch.objects.filter(segment_id=run.segment_id).delete()
    else:
        # Nobody has been put down as touched since it was last so.
        standing.staged = True
        rows.update(standing, ("staged",))
    # Read under the lock that whoever changes the condition holds.
    run.segment = Segment.objects.select_related("corp").get(pk=run.segment_id)
    return run


@atomic_retry
def _stage(run: SegmentRun, some: Batch) -> None:
    lock(SegmentStanding(pk=run.segment_id))
    _write(run, some)


def _write(run: SegmentRun, some: Batch) -> None:
    leases.write(run, total=run.total, done=some.done)
    staging.stage(run, some.entering, some.leaving)


@atomic_retry
def _show(run: SegmentRun, last: Batch) -> bool:
    """Once the last batch is written and all that has changed meanwhile is asked again: one small transaction, after
    which readers see the run and nothing of the one before. Returns whether they do."""
    standing = lock(SegmentStanding(pk=run.segment_id))
    if last.done:
        _write(run, last)
        failpoint("segment.staged")
    touches = SegmentTouch.objects.filter(segment_id=run.segment_id)
    if changed := list(touches.order_by("customer_id").values_list("customer_id", flat=True)[:CHANGED]):
        leases.write(run)
        staging.restage(run, questions.some(run, changed), changed)
        touches.filter(customer_id__in=changed).delete()
        return False
    showing.show(run, standing)
    return True


@atomic_retry
def _tell(run: SegmentRun) -> bool:
    """Tell of some. Where they are taken up is stored with what was told: nobody is told of twice."""
    if run.state != RunState.TELLING:
        return False
    standing = lock(SegmentStanding(pk=run.segment_id))
    if not telling.tell_some(run, standing):
        leases.over(run, RunState.DONE)
        return False
    leases.write(run, told_entered=run.told_entered, told_left=run.told_left)
    SegmentStanding.objects.filter(pk=standing.pk).update(version=standing.version)
    return True
