"""Groups that are no more. WeCom sends no word for their members (page 96361): every open stay ends with them."""

import datetime as dt
from collections.abc import Collection

from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from corps.tally import Tally
from groups.choices import ChatStatus, QuitScene
from groups.events import Change
from groups.mirroring import storing
from groups.models import GroupChat, GroupMember


@atomic
def dismiss(*, corp_id: int, chat_id: str, ticket: int, at: dt.datetime, by: Actor, source: str) -> Tally:
    """A group is no more: it and every open stay end. One that was read later is left alone (``refused``).

    A reading drawn later that shows the group takes it back.
    """
    return _end(corp_id, [chat_id], ticket, at, by, source)


@atomic
def end_unseen(*, corp_id: int, chat_ids: Collection[str], ticket: int, by: Actor, source: str) -> Tally:
    """End groups that groupchat/get, asked under ``ticket``, doesn't know any more; nobody knows since when.

    Being absent from the list alone proves nothing: those of leavers are listed only under their name (page 93414).
    """
    return _end(corp_id, chat_ids, ticket, now(), by, source)


def _end(corp_id: int, chat_ids: Collection[str], ticket: int, at: dt.datetime, by: Actor, source: str) -> Tally:
    rows = storing.locked(corp_id, chat_ids)
    fresh = [row for row in rows if row.fetch_seq < ticket]
    changes = [Change(row, dismissed=row.status != ChatStatus.DISMISSED) for row in fresh]
    ending = [change.chat for change in changes if change]
    lasting = GroupMember.objects.filter(chat__in=ending).current()
    lasting.update(left_at=at, quit_scene=QuitScene.DISMISSED)
    for change in changes:
        if change:
            change.trail = storing.trail(change.chat, {"status": ChatStatus.DISMISSED}, at)
    for chat in ending:
        chat.status, chat.dismissed_at = ChatStatus.DISMISSED, at
        chat.member_count = chat.customer_count = 0
    tally = storing.finish(changes, by=by, source=source)
    GroupChat.objects.filter(pk__in=[row.pk for row in fresh]).update(fetch_seq=ticket)
    return tally.add(Tally(refused=len(rows) - len(fresh)))
