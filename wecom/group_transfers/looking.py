"""Chats are read after they were sent: for those in doubt, WeCom's word for who owns it decides."""

import datetime as dt

import structlog

from core.failpoints import failpoint
from core.time import now
from corps import tickets
from groups.models import GroupTransferItem
from groups.transfers import settling
from wecom import refreshing
from wecom.client.errors import NotConnected, WecomError
from wecom.client.transport import client_for
from wecom.group_transfers.sending import SETTLES

SOURCE = "callback"
_AGAIN = dt.timedelta(minutes=1)
# As WeCom would say it: dismissed, and inherited by somebody already.
_DISMISSED, _ELSEWHERE = 49008, 90508
_log = structlog.get_logger("scrm.group_transfers")


def look(item: GroupTransferItem) -> dt.datetime | None:
    """Read the chat, store the reading, and settle the item by who owns it: if still the old owner, it is sent again.

    One that somebody else got meanwhile isn't taken from them: it failed. One that could not be read is looked at again
    when the lease of this worker has ended.

    Returns: until when the company is better left alone, or None.
    """
    try:
        client, ticket = client_for(item.corp_id), tickets.draw(item.corp_id)
        chat = refreshing.read_chat(client, item.chat.chat_id)
    except (WecomError, NotConnected) as error:
        _log.warning("group_transfer_not_read", item=item.pk, error=type(error).__name__)
        return now() + _AGAIN
    failpoint("group_transfer.looked")
    refreshing.apply_chat(item.corp_id, item.chat.chat_id, chat, ticket, SOURCE)
    if item.state == GroupTransferItem.State.DONE:
        # WeCom may raise no event for it: so the mirror knows the new owner too.
        GroupTransferItem.objects.filter(pk=item.pk).update(due_at=None)
    elif chat is None:
        settling.settle(job_id=item.job_id, failed={item.pk: _DISMISSED})
    elif chat.owner_userid == item.job.taker.userid:
        settling.settle(job_id=item.job_id, done=[item.pk])
    elif item.sent_at and now() - item.sent_at < SETTLES:
        # A reading so soon may still show what was.
        settling.doubt(job_id=item.job_id, items=[item.pk], at=item.sent_at + SETTLES)
    elif item.owner and chat.owner_userid not in ("", item.owner.userid):
        settling.settle(job_id=item.job_id, failed={item.pk: _ELSEWHERE})
    else:
        settling.later(job_id=item.job_id, items=[item.pk], at=now(), code=None, whole=False)
    return None
