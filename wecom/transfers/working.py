"""Work on a transfer that was taken, as far as it goes now, and say when to look again."""

import datetime as dt
import threading

import structlog
from django.db.models import Min

from core.time import now
from customers.choices import ItemState, JobState
from customers.models import TransferItem, TransferJob
from customers.transfers import running
from wecom.client.errors import AppRefused, CallRefused, Closed, NotConnected, WecomError
from wecom.client.transport import client_for
from wecom.transfers import carrying, doubting, leases, polling, sending

# How often those who wait are asked about. A refusal is told by a callback; this is for the one that got lost.
POLL = dt.timedelta(minutes=30)
# After the moment at which a transfer completes by itself.
_JUST_AFTER = dt.timedelta(minutes=1)
SOON = dt.timedelta(seconds=20)
UNREACHABLE_REST = dt.timedelta(seconds=60)
REFUSED_REST = dt.timedelta(minutes=10)
_log = structlog.get_logger("scrm.transfers")


def work(job: TransferJob, *, stopping: threading.Event) -> None:
    """Look for what is in doubt, ask about who waits, carry over, send who is to be sent; then let the job go.

    Raises:
        DatabaseError: the database is away; the lease runs out and the job is taken up again.
    """
    try:
        _work_or_rest(job, stopping)
    except leases.Fenced:
        _log.info("transfer_fenced", job=job.pk, corp=job.corp_id)


def _work_or_rest(job: TransferJob, stopping: threading.Event) -> None:
    try:
        _work(job, stopping)
    except NotConnected:
        leases.release(job, until=now() + REFUSED_REST, error="not_connected")
    except WecomError as error:
        _log.warning("transfer_refused", job=job.pk, corp=job.corp_id, api=error.api, code=error.code)
        leases.release(job, until=_rest(error), code=error.code, error=str(error))
    else:
        _let_go(job)


def _work(job: TransferJob, stopping: threading.Event) -> None:
    client = client_for(job.corp_id)
    doubting.resolve(job, client)
    polling.poll(job, client)
    carrying.carry(job, client, stopping)
    while not stopping.is_set() and sending.send_next(job, client):
        pass


def _rest(error: WecomError) -> dt.datetime:
    if isinstance(error, Closed):
        return error.until
    refused = isinstance(error, (AppRefused, CallRefused)) or not error.passes
    return now() + (REFUSED_REST if refused else UNREACHABLE_REST)


def _let_go(job: TransferJob) -> None:
    def finish(row: TransferJob) -> None:
        TransferJob.objects.filter(pk=row.pk).update(taken_until=None)
        if not running.conclude(row):
            running.put_off(row, until=_next_look(row))

    leases.under(job, finish)


def _next_look(job: TransferJob) -> dt.datetime | None:
    """When there is something to do next; None: not before somebody lets it go on."""
    items = TransferItem.objects.filter(job=job)
    moment, due = now(), []
    if job.state == JobState.RUNNING and items.filter(state=ItemState.QUEUED).exists():
        due.append(moment)
    if items.filter(state=ItemState.SENDING).exists():
        due.append(moment + doubting.PAUSE)
    if items.filter(state=ItemState.DONE, carried_at=None).exists():
        due.append(moment + SOON)
    waiting = items.filter(state=ItemState.WAITING)
    if waiting.exists():
        first = waiting.aggregate(at=Min("takeover_time"))["at"] or moment
        due.append(min(moment + POLL, max(first, moment) + _JUST_AFTER))
    return min(due, default=None)
