"""How far a run is, for whoever watches."""

from dataclasses import dataclass

from core.time import now
from wecom.models import SyncRun
from wecom.sync import report


@dataclass(frozen=True, slots=True)
class Progress:
    """``share`` 0 to 100, None while nobody knows how much there is; ``rate`` in rows a second."""

    pages: int
    rows: int
    rate: float
    share: int | None
    seconds_left: float | None


def of(run: SyncRun) -> Progress:
    """Rows so far and by the second, and the time left, taking the rest of the plan to be like what is through."""
    passed = ((run.finished_at or now()) - run.started_at).total_seconds() if run.started_at else 0.0
    rows = report.rows(run)
    share = min(100, run.steps_done * 100 // run.steps_total) if run.steps_total else None
    left = None
    if run.steps_done and not run.finished_at:
        left = passed / run.steps_done * (run.steps_total - run.steps_done)
    return Progress(run.pages, rows, rows / passed if passed else 0.0, share, left)
