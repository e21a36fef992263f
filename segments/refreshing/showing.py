"""The step from one run to the next before readers' eyes."""

from core import rows
from core.sql import one
from core.time import now
from segments.choices import RunState
from segments.members import sizes
from segments.models import SegmentRun, SegmentStanding
from segments.querysets import NEVER
from segments.refreshing import hearing, leases

# The keys answer all three, without a row; one statement, because it is sent while the standing is held.
_COUNTED = """SELECT (SELECT COUNT(*) FROM segment_stay WHERE segment_id = {0} AND entered_run = {1}),
(SELECT COUNT(*) FROM segment_stay WHERE segment_id = {0} AND left_run = {1}),
(SELECT COUNT(*) FROM segment_stay WHERE segment_id = {0} AND left_run = {2})"""
_CHANGED = ("run", "staged", "as_of", "last_error", "size", "condition", "stale_since")


def show(run: SegmentRun, standing: SegmentStanding) -> None:
    """Have readers see the run. The standing is locked. Raises Fenced."""
    entered, left, size = one(_COUNTED, run.segment_id, run.number, NEVER) or (0, 0, 0)
    standing.run, standing.staged, standing.as_of, standing.last_error = run.number, False, run.as_of, ""
    standing.segment, standing.size, standing.condition = run.segment, size, run.segment.condition
    if standing.stale_since and run.as_of and standing.stale_since <= run.as_of:
        standing.stale_since = None
    rows.update(standing, _CHANGED)
    sizes.tally(standing, entered=entered, left=left, at=now())
    if not run.segment.is_dynamic:
        # A list that was filled: who asks it has other members now.
        hearing.renew([run.segment])
    figures = {"entered": entered, "left": left, "size": size}
    if run.segment.announces and (entered or left):
        leases.write(run, state=RunState.TELLING, **figures)
    else:
        leases.over(run, RunState.DONE, **figures)
