"""Stop before too much would end: a person looks first."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict
from core.time import now
from corps.actors import Actor
from wecom.models import SyncRun

State = SyncRun.State
SAMPLE = 50


def too_many(going: int, of: int) -> bool:
    """Whether so many of so many would end that a person must approve: both bounds have to be passed."""
    return going > settings.SYNC_SAFE_ROWS and going * 100 > of * settings.SYNC_SAFE_PERCENT


def hold(run: SyncRun, what: str, going: int, of: int, sample: Sequence[str]) -> dict[str, Any] | None:
    """What a person has to approve, or None where it may go on: few, approved already, or a dry run.

    Args:
        what: ``relations``, ``groups``, ``tags``, ``employees``, ``departments``.
        sample: some of them, by id.
    """
    if run.dry_run or run.approved_by or not too_many(going, of):
        return None
    return {"what": what, "going": going, "of": of, "sample": list(sample[:SAMPLE])}


def approve(*, run: SyncRun, by: Actor) -> None:
    """Let a run that waits go on: each of what would end is asked for once more, and ends if WeCom confirms it.

    Raises:
        Conflict: ``not_waiting``.
    """
    _decide(run, state=State.RUNNING, lease_until=now(), approved_by=by.label)


def refuse(*, run: SyncRun, by: Actor) -> None:
    """End a run that waits: what it has stored stays, and nothing ends. Raises Conflict: ``not_waiting``."""
    report = run.report | {"refused_by": by.label}
    _decide(run, state=State.CANCELLED, finished_at=now(), report=report)


def _decide(run: SyncRun, **fields: Any) -> None:
    waiting = SyncRun.objects.filter(pk=run.pk, state=State.NEEDS_APPROVAL)
    if not waiting.update(fence=run.fence + 1, **fields):
        raise Conflict("not_waiting", _("This sync does not wait for approval."))
    run.refresh_from_db()
