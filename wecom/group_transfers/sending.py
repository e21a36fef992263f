"""One call of a job: at most a hundred chats of one owner, and what WeCom says of each."""

import datetime as dt
from collections.abc import Sequence

import structlog

from core.failpoints import failpoint
from core.time import now
from groups.transfers import claiming, settling
from groups.transfers.claiming import Batch
from wecom.client import transfers
from wecom.client.errors import AppRefused, CallRefused, Closed, NotConnected, Unreachable, WecomError
from wecom.client.outcomes import FailedChat
from wecom.client.transport import client_for

# An answer lags behind what was done, so a chat in doubt is looked at so much later.
SETTLES = dt.timedelta(minutes=2)
_MENDING, _BUSY = dt.timedelta(minutes=10), dt.timedelta(seconds=30)
# Codes of one chat that say "not today", and "that is so already".
_TOO_MANY = 45009
_ALREADY = (90504, 90508)
_log = structlog.get_logger("scrm.group_transfers")


def send(batch: Batch) -> dt.datetime | None:
    """Make the call for chats that ``claiming.take`` has marked, and settle each.

    Returns: until when every call of this company would be refused, or None.
    """
    job, items = batch.job, batch.items
    failpoint("group_transfer.taken")
    try:
        refused = _call(batch)
    except NotConnected:
        return _wait(batch, now() + _MENDING, None)
    except Unreachable as error:
        # Whether it was done is not known: WeCom is asked for each chat's owner first.
        _log.warning("group_transfer_in_doubt", job=job.pk, hint=error.hint)
        settling.doubt(job_id=job.pk, items=[item.pk for item in items], at=now() + SETTLES)
        return None
    except WecomError as error:
        return _refused(batch, error)
    failpoint("group_transfer.called")
    _settle(batch, refused)
    failpoint("group_transfer.settled")
    return None


def _call(batch: Batch) -> Sequence[FailedChat]:
    call = transfers.transfer_groups if batch.leaver else transfers.transfer_groups_on_job
    chat_ids = [item.chat.chat_id for item in batch.items]
    return call(client_for(batch.job.corp_id), chat_ids=chat_ids, new_owner=batch.job.taker.userid)


def _settle(batch: Batch, refused: Sequence[FailedChat]) -> None:
    """What is not on WeCom's list of failures has gone."""
    job, codes = batch.job, {row["chat_id"]: row["errcode"] for row in refused}
    found = {item.pk: codes.get(item.chat.chat_id) for item in batch.items}
    full = [pk for pk, code in found.items() if code == _TOO_MANY]
    # One that was sent before may have gone then.
    again = {item.pk for item in batch.items if item.attempts and codes.get(item.chat.chat_id) in _ALREADY}
    if full:
        at = claiming.tomorrow(now())
        settling.later(job_id=job.pk, items=full, at=at, code=_TOO_MANY, whole=False)
    if again:
        settling.doubt(job_id=job.pk, items=sorted(again), at=now())
    done = [pk for pk, code in found.items() if code is None]
    failed = {pk: code for pk, code in found.items() if code is not None and code != _TOO_MANY and pk not in again}
    settling.settle(job_id=job.pk, done=done, failed=failed)


def _refused(batch: Batch, error: WecomError) -> dt.datetime | None:
    """The whole call was refused, so nothing of it was done."""
    job = batch.job
    _log.warning("group_transfer_refused", job=job.pk, code=error.code, api=error.api)
    if isinstance(error, Closed):
        return _wait(batch, error.until, error.code)
    if isinstance(error, (AppRefused, CallRefused)):
        return _wait(batch, now() + _MENDING, error.code)
    if error.passes:
        return _wait(batch, now() + _BUSY, error.code)
    settling.settle(job_id=job.pk, failed={item.pk: error.code for item in batch.items})
    return None


def _wait(batch: Batch, until: dt.datetime, code: int | None) -> dt.datetime:
    settling.later(job_id=batch.job.pk, items=[i.pk for i in batch.items], at=until, code=code, whole=True)
    return until
