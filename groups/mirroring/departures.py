"""What an event tells of members who left: how and when, which no reading shows (page 96361)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence

from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from corps.tally import Tally
from groups.events import Change
from groups.mirroring import storing
from groups.mirroring.erased import called_now
from groups.stays import Stay, ended_by, with_end


@atomic
def apply_departures(
    *,
    corp_id: int,
    chat_id: str,
    userids: Collection[str],
    quit_scene: int,
    at: dt.datetime,
    by: Actor,
    source: str,
) -> Tally:
    """Note how and when members left; no later reading takes it back. The same event again changes nothing.

    Where a sync has found one gone before the event came, the event fills in how. One whose stay no reading has ever
    shown is passed over: nobody knows when it began.

    Args:
        quit_scene: WeCom's, of ``TOLD``.
        at: the event's own time, not that of its delivery: by it the event finds its stay, so it needs no ticket.
    """
    changes = []
    userids = called_now(corp_id, userids)
    for chat in storing.locked(corp_id, [chat_id]):
        left = _ended(storing.stays(chat=chat, userid__in=userids), quit_scene, at)
        storing.write(corp_id, left=left)
        if left:
            storing.recount(chat)
        changes.append(Change(chat, left=left))
    return storing.finish(changes, by=by, source=source)


def _ended(stays: Sequence[Stay], quit_scene: int, at: dt.datetime) -> list[Stay]:
    by_user = defaultdict(list)
    for stay in stays:
        by_user[stay.userid].append(stay)
    named = [ended_by(some, at) for _userid, some in sorted(by_user.items())]
    noticed = now()
    return [ended for stay in named if stay and (ended := with_end(stay, quit_scene, at, noticed=noticed))]
