"""Start a transfer, hold it up, let it go on, call it off."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict
from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from corps.mirrored import is_mirrored
from customers.choices import ItemState, JobState
from customers.models import TransferItem, TransferJob
from customers.transfers import acts, sheet


@atomic
def start(*, job: TransferJob, by: Actor, source: str) -> TransferJob:
    """Have the customers that can go sent. They are judged once more: a sheet may be days old. A repeat does nothing.

    Raises:
        Conflict: ``not_connected``, ``nothing_to_send``, ``transfer_over``.
    """
    row = lock(job)
    if row.state in (JobState.RUNNING, JobState.PAUSED):
        return row
    _check_open(row)
    if not is_mirrored(row.corp_id):
        raise Conflict("not_connected", _("This company is not connected to WeCom."))
    # Of two transfers of one employee the second waits here, and finds what the first has taken.
    lock(row.handover)
    sheet.redraw(row)
    if not row.items.filter(state=ItemState.READY).update(state=ItemState.QUEUED):
        raise Conflict("nothing_to_send", _("None of these customers can be handed over. See the reasons."))
    return _turn(row, "start", by, state=JobState.RUNNING, started_at=now(), due_at=now())


@atomic
def pause(*, job: TransferJob, by: Actor, source: str) -> TransferJob:
    """Send no more; what was sent goes on, and its results are read. A repeat does nothing.

    Raises:
        Conflict: ``transfer_not_started``, ``transfer_over``.
    """
    row = lock(job)
    if row.state == JobState.PAUSED:
        return row
    _check_running(row)
    return _turn(row, "pause", by, state=JobState.PAUSED)


@atomic
def resume(*, job: TransferJob, by: Actor, source: str) -> TransferJob:
    """Go on with what was held up. A repeat does nothing.

    Raises:
        Conflict: ``transfer_not_started``, ``transfer_over``.
    """
    row = lock(job)
    if row.state == JobState.RUNNING:
        return row
    _check_running(row)
    return _turn(row, "resume", by, state=JobState.RUNNING, due_at=now(), error_code=None, last_error="")


@atomic
def cancel(*, job: TransferJob, by: Actor, source: str) -> TransferJob:
    """Call off what was not sent. WeCom has no way back for the rest: its results are read. A repeat does nothing.

    Raises:
        Conflict: ``transfer_over``.
    """
    row = lock(job)
    if row.state == JobState.CANCELLED:
        return row
    _check_open(row)
    unsent = row.items.filter(state__in=(ItemState.READY, ItemState.QUEUED))
    unsent.update(state=ItemState.CANCELLED, settled_at=now())
    row = _turn(row, "cancel", by, state=JobState.CANCELLED)
    conclude(row)
    return row


def conclude(job: TransferJob) -> bool:
    """Finish a job of which nothing is open any more. Returns whether it is finished."""
    if job.finished_at:
        return True
    if open_items(job):
        return False
    state = JobState.CANCELLED if job.state == JobState.CANCELLED else JobState.DONE
    fields = {"state": state, "finished_at": now(), "due_at": None, "error_code": None, "last_error": ""}
    _write(job, fields)
    return True


def open_items(job: TransferJob) -> bool:
    """Whether something is to be sent, waited for, or carried over still."""
    items = TransferItem.objects.filter(job=job)
    unfinished = items.filter(state__in=(ItemState.QUEUED, ItemState.SENDING, ItemState.WAITING))
    return unfinished.exists() or items.filter(state=ItemState.DONE, carried_at=None).exists()


def put_off(job: TransferJob, *, until: dt.datetime | None, code: int | None = None, error: str = "") -> None:
    """Leave the job alone until then, with the reason for people to see. None: until somebody lets it go on."""
    _write(job, {"due_at": until, "error_code": code, "last_error": error[:300]})


def _turn(row: TransferJob, act: str, by: Actor, **fields: Any) -> TransferJob:
    _write(row, fields)
    acts.note(row, act, by)
    return row


def _write(row: TransferJob, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=[*fields, "update_time"])


def _check_open(row: TransferJob) -> None:
    if row.state in (JobState.DONE, JobState.CANCELLED):
        raise Conflict("transfer_over", _("This transfer is over. Start a new one for who is left."))


def _check_running(row: TransferJob) -> None:
    _check_open(row)
    if row.state == JobState.CHECKED:
        raise Conflict("transfer_not_started", _("This transfer has not been started."))
