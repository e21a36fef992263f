"""A job is started, paused, resumed and called off.

Each act locks the job, as whoever takes its items does: once it has returned, no more is sent than was on its way.
"""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict
from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from groups import events
from groups.models import GroupChat, GroupTransferItem, GroupTransferJob
from groups.transfers import preflight, report

State, ItemState = GroupTransferJob.State, GroupTransferItem.State


@atomic
def start(*, job: GroupTransferJob, by: Actor, source: str) -> GroupTransferJob:
    """Let a draft or a paused job go, and record ``group.transfer.started``. One that runs already is left alone.

    A draft is looked through once more: what has come between since the sheet was made is blocked now.

    Raises:
        Conflict: ``transfer_over``; ``transfer_empty``: nothing of it can go.
    """
    row = lock(job)
    if row.state == State.RUNNING:
        return row
    _check_open(row)
    if row.state == State.DRAFT:
        _release_items(row)
    row.state, row.started_at, row.error_code = State.RUNNING, row.started_at or now(), None
    _tell(row, events.TRANSFER_STARTED, by, source)
    # While it was paused its last chat may have come to an end.
    finish_if_over(row, by, source)
    return row


@atomic
def pause(*, job: GroupTransferJob, by: Actor, source: str) -> GroupTransferJob:
    """Hold a running job, and record ``group.transfer.paused``. Twice is once.

    Raises:
        Conflict: ``transfer_over``, ``transfer_not_started``.
    """
    row = lock(job)
    if row.state == State.PAUSED:
        return row
    _check_open(row)
    if row.state == State.DRAFT:
        raise Conflict("transfer_not_started", _("This handover has not been started."))
    row.state = State.PAUSED
    return _tell(row, events.TRANSFER_PAUSED, by, source)


@atomic
def cancel(*, job: GroupTransferJob, by: Actor, source: str) -> GroupTransferJob:
    """Call off what was not sent, and record ``group.transfer.cancelled``. What was sent stays. Twice is once.

    Raises:
        Conflict: ``transfer_over``.
    """
    row = lock(job)
    if row.state == State.CANCELLED:
        return row
    _check_open(row)
    unsent = row.items.filter(state__in=(ItemState.PLANNED, ItemState.WAITING))
    unsent.update(state=ItemState.CANCELLED, settled_at=now())
    row.state, row.finished_at = State.CANCELLED, now()
    return _tell(row, events.TRANSFER_CANCELLED, by, source, counts=report.counts(row))


def finish_if_over(row: GroupTransferJob, by: Actor, source: str) -> None:
    """Close a (locked) running job in which nothing is on its way, and record ``group.transfer.finished``."""
    if row.state != State.RUNNING or row.items.filter(open_mark=1).exists():
        return
    row.state, row.finished_at, row.error_code = State.DONE, now(), None
    _tell(row, events.TRANSFER_FINISHED, by, source, counts=report.counts(row))


def _check_open(row: GroupTransferJob) -> None:
    if row.state in (State.DONE, State.CANCELLED):
        raise Conflict("transfer_over", _("This handover is over."))


def _release_items(row: GroupTransferJob) -> None:
    """The planned items wait from now on, those that can't go any more are blocked."""
    items = {item.chat_id: item for item in row.items.filter(state=ItemState.PLANNED)}
    # In id order, as everything that locks chats: two jobs with the same chat wait here for each other.
    chats = GroupChat.objects.filter(pk__in=list(items)).order_by("pk")
    # MariaDB can't lock one table of two (FOR UPDATE OF): the owners are read after the lock is had.
    list(chats.select_for_update().values_list("pk"))
    found = list(chats.select_related("owner"))
    why = preflight.reasons(found, row.taker)
    for chat in found:
        item = items[chat.pk]
        item.owner_id, item.leaver = chat.owner_id, preflight.is_leavers(chat)
        item.reason = why.get(chat.pk, "")
        item.state = ItemState.BLOCKED if item.reason else ItemState.WAITING
    GroupTransferItem.objects.bulk_update(items.values(), ["owner", "leaver", "reason", "state"], batch_size=200)
    if len(why) == len(items):
        raise Conflict("transfer_empty", _("None of these group chats can be handed over."))


def _tell(row: GroupTransferJob, name: str, by: Actor, source: str, **facts: Any) -> GroupTransferJob:
    row.version += 1
    row.save(update_fields=["state", "started_at", "finished_at", "error_code", "version", "update_time"])
    data = {"jobId": row.pk, "takerId": row.taker_id} | facts
    events.record([(name, row, data)], by=by, source=source)
    return row
