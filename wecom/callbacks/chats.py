"""What events of group chats lead to (page 96361): the group is read again; who left, and how, only the event tells."""

from collections.abc import Sequence

from core.failpoints import failpoint
from core.retry import atomic_retry
from corps import tickets
from corps.actors import SYSTEM
from groups import mirroring
from groups.facts import ChatFacts
from wecom import refreshing
from wecom.callbacks import claims
from wecom.callbacks.boxes import Box, Notice
from wecom.client.errors import OutOfRange, WecomError
from wecom.client.transport import client_for

SOURCE = "callback"
_LEFT = "del_member"


def work(boxes: Sequence[Box]) -> None:
    """Work off the boxes of some groups of one company. Raises what none of them is to blame for."""
    client = client_for(boxes[0].corp_id)
    for box in boxes:
        ticket = tickets.draw(box.corp_id)
        try:
            chat = refreshing.read_chat(client, box.ident)
        except OutOfRange:
            # Its owner is none of those whom the app may see: not ours to mirror.
            claims.done(box.receipts)
            continue
        except WecomError as error:
            claims.failed(box.receipts, error)
            continue
        failpoint("callback.read")
        _apply(box, chat, ticket)


@atomic_retry
def _apply(box: Box, chat: ChatFacts | None, ticket: int) -> None:
    # Before the reading: found gone by it, they would have left nobody knows how.
    for notice in box.notices:
        _note_departures(box, notice)
    behind = [notice for notice in box.notices if notice.next_look and _is_behind(notice, chat)]
    ended = [notice for notice in box.notices if notice.change == "dismiss"]
    # A reading that still shows what an event says is dismissed is believed only when it had time to catch up.
    found = None if set(ended) & set(behind) else chat
    ended_at = max((notice.at for notice in ended), default=None)
    refreshing.apply_chat(box.corp_id, box.ident, found, ticket, SOURCE, ended_at=ended_at)
    failpoint("callback.applied")
    claims.done([notice.receipt for notice in box.notices if notice not in behind])
    for notice in behind:
        claims.later([notice.receipt], notice.next_look or notice.at)


def _is_behind(notice: Notice, chat: ChatFacts | None) -> bool:
    """Whether the reading may be older than the event: group data is worked on after its event (page 96338)."""
    if notice.change == "create":
        return chat is None
    if notice.change == "dismiss":
        return chat is not None
    if chat is None:
        return False
    if notice["curmemver"]:
        return chat.member_version == notice["lastmemver"]
    # Nothing shows whether a name or an owner is the new one: again, until it ought to be.
    return notice.fresh


def _note_departures(box: Box, notice: Notice) -> None:
    userids = [userid.strip() for userid in notice["memchangelist"].split(",") if userid.strip()]
    if notice.change == "update" and notice["updatedetail"] == _LEFT and userids and notice["quitscene"].isdecimal():
        mirroring.apply_departures(
            corp_id=box.corp_id,
            chat_id=box.ident,
            userids=userids,
            quit_scene=int(notice["quitscene"]),
            at=notice.at,
            by=SYSTEM,
            source=SOURCE,
        )
