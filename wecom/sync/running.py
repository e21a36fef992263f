"""Work on a run, page by page, until it is over, has to wait, or the process ends."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog

from core.failpoints import failpoint
from core.retry import atomic_retry
from core.time import now
from corps.tally import Tally
from wecom.client import errors, transport
from wecom.models import SyncRun
from wecom.sync import customers, dry, groups, house, leases, report, tags
from wecom.sync.clock import Clock
from wecom.sync.side_by_side import Crew
from wecom.sync.steps import Sitting, Stages, Step, Stopping, Unusable

State, Kind = SyncRun.State, SyncRun.Kind
STAGES: dict[str, Stages] = {
    Kind.HOUSE: house.STAGES,
    Kind.TAGS: tags.STAGES,
    Kind.CUSTOMERS: customers.STAGES,
    Kind.GROUPS: groups.STAGES,
}
# How often in a row the same page may find WeCom busy or away: about two hours with pauses of up to ten minutes.
_TRIES = 20
_LONGEST = 600
_log = structlog.get_logger("scrm.sync")


def work(run: SyncRun, *, stopping: threading.Event, tell: Callable[[SyncRun], None] = lambda _run: None) -> None:
    """Work on a run that this runner has taken.

    Args:
        stopping: when set, the page in hand is stored or left, and the run is free for another runner.
        tell: called after each page.

    Raises:
        DatabaseError: the database is away; the lease runs out and the run is taken up again.
    """
    try:
        _sit(run, stopping, tell)
    except leases.Fenced:
        _log.info("sync_fenced", run=run.pk, corp=run.corp_id)
    tell(run)


def _sit(run: SyncRun, stopping: threading.Event, tell: Callable[[SyncRun], None]) -> None:
    try:
        client = transport.client_for(run.corp_id)
        with Crew() as crew, (clock := Clock(run.spent)).watching():
            sitting = Sitting(run, client, clock, stopping, crew)
            while run.state == State.RUNNING:
                _one(sitting)
                tell(run)
    except Stopping:
        leases.release(run)
    except errors.Closed as closed:
        leases.release(run, until=closed.until, **_said(closed))
    except errors.NotConnected:
        _finish(run, State.FAILED, last_error="not_connected")
    except Unusable as error:
        _finish(run, State.FAILED, last_error=str(error))
    except errors.WecomError as error:
        _wait_or_fail(run, error)


def _one(sitting: Sitting) -> None:
    """Read one page and store it."""
    run = sitting.run
    if not run.first_ticket:
        leases.write(run, first_ticket=sitting.ticket())
    step = STAGES[run.kind][run.cursor.get("stage", "start")](sitting)
    failpoint("sync.read")
    # What a dry run changes is taken back by itself; where it has got to is stored.
    tally = dry.tried(step.apply) if run.dry_run else None
    began: list[float] = []
    fields = _store(sitting, step, tally, began)
    sitting.clock.add("database", time.perf_counter() - began[-1])
    for name, value in fields.items():
        setattr(run, name, value)
    failpoint("sync.stored")


@atomic_retry
def _store(sitting: Sitting, step: Step, tally: Tally | None, began: list[float]) -> dict[str, Any]:
    """Page and cursor in one transaction, under the fence."""
    tally = step.apply() if tally is None else tally
    failpoint("sync.applied")
    fields = _fields(sitting, step, tally)
    leases.write(sitting.run, **fields)
    failpoint("sync.written")
    began.append(time.perf_counter())
    return fields


def _fields(sitting: Sitting, step: Step, tally: Tally) -> dict[str, Any]:
    run = sitting.run
    fields: dict[str, Any] = {
        "cursor": step.cursor or {},
        "pages": run.pages + 1,
        "report": report.after(run.report, tally, step.failures),
        "spent": sitting.clock.read(),
        "error_code": None,
        "last_error": "",
    }
    if step.plan is not None:
        fields |= {"plan": step.plan, "steps_total": len(step.plan)}
    if step.done is not None:
        fields["steps_done"] = step.done
    if step.hold:
        fields["report"]["hold"] = step.hold
        fields["state"] = State.NEEDS_APPROVAL
    elif step.cursor is None:
        fields |= {"state": State.DONE, "finished_at": now()}
    return fields


def _wait_or_fail(run: SyncRun, error: errors.WecomError) -> None:
    """What passes by itself is waited for, with growing pauses; the rest needs a person."""
    tries = run.cursor.get("tries", 0) + 1
    if not error.passes or tries > _TRIES:
        _finish(run, State.FAILED, **_said(error))
        return
    pause = dt.timedelta(seconds=min(_LONGEST, 2**tries))
    # The next page begins without it.
    leases.release(run, until=now() + pause, cursor=run.cursor | {"tries": tries}, **_said(error))


def _finish(run: SyncRun, state: str, **fields: Any) -> None:
    _log.warning("sync_failed", run=run.pk, corp=run.corp_id, kind=run.kind, code=fields.get("error_code"))
    leases.write(run, state=state, finished_at=now(), **fields)


def _said(error: errors.WecomError) -> dict[str, Any]:
    return {"error_code": error.code, "last_error": str(error)[:300]}
