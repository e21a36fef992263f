"""Jobs of rules are done piece by piece: each piece commits with its place, so that a killed worker loses none."""

import datetime as dt

from django.db.models import Q

from core.errors import RuleViolation
from core.failpoints import failpoint
from core.retry import atomic_retry
from core.time import now
from corps.actors import SYSTEM
from segments.models import RuleRun
from segments.rules import jobs, pieces, undoing

# More than a task's hard time limit, so never two at once.
LEASE = dt.timedelta(seconds=130)
# Of one task, which rings for the next.
PIECES = 10


def work(run_id: int, *, most: int = PIECES) -> bool:
    """Do the next pieces of a job. Returns whether there are more, for this worker to go on with."""
    if not atomic_retry(_claim)(run_id):
        return False
    for _n in range(most):
        failpoint("rule.piece")
        if not atomic_retry(_piece)(run_id):
            return False
    RuleRun.objects.filter(pk=run_id).update(lease_until=None)
    return True


def waiting() -> list[int]:
    """Jobs that nobody works at: one whose worker was killed, or whose message was lost."""
    idle = Q(lease_until=None) | Q(lease_until__lt=now())
    rows = RuleRun.objects.filter(idle, state=RuleRun.State.RUNNING, kind__in=jobs.JOBS)
    return list(rows.values_list("pk", flat=True)[:100])


def _claim(run_id: int) -> bool:
    idle = Q(lease_until=None) | Q(lease_until__lt=now())
    row = RuleRun.objects.filter(idle, pk=run_id, state=RuleRun.State.RUNNING)
    return bool(row.update(lease_until=now() + LEASE))


def _piece(run_id: int) -> bool:
    run = RuleRun.objects.locked(pk=run_id)
    if run.state != RuleRun.State.RUNNING:
        RuleRun.objects.filter(pk=run_id).update(lease_until=None)
        return False
    end = RuleRun.State.DONE
    try:
        over = undoing.take_back(run) if run.kind == RuleRun.Kind.UNDO else pieces.do(run)
    except RuleViolation as refusal:
        # What its condition names is gone.
        over, end, run.report["failed"] = True, RuleRun.State.CANCELLED, refusal.code
    # One that was stopped can be let go on at once.
    run.lease_until = now() + LEASE if run.state == RuleRun.State.RUNNING else None
    run.save(update_fields=["state", "after", "seen", "held", "changed", "report", "lease_until"])
    if over:
        jobs.finish(run, end, by=SYSTEM, source="rule")
    return not over and run.state == RuleRun.State.RUNNING
