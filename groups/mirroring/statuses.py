"""The status of groups, which only groupchat/list tells (page 93414)."""

from collections.abc import Mapping

from core.transactions import atomic
from corps.actors import Actor
from corps.facts import Tally
from groups.choices import ChatStatus
from groups.events import Change
from groups.mirroring import storing
from groups.models import GroupChat


@atomic
def set_statuses(
    *, corp_id: int, statuses: Mapping[str, int], ticket: int, by: Actor, source: str, run_id: int | None = None
) -> Tally:
    """Store the statuses of a page of the list. Unknown groups are passed over: reading them brings them in.

    Args:
        statuses: chat id → status as the list under ``ticket`` gave it.
        run_id: the full sync that reads: each of the groups is marked as seen by it.
    """
    rows = storing.locked(corp_id, statuses)
    # Whether a dismissed one is back is for its own reading to say.
    fresh = [row for row in rows if row.status_seq < ticket and row.status != ChatStatus.DISMISSED]
    changes = []
    for row in fresh:
        changed = {"status"} if row.status != statuses[row.chat_id] else set()
        row.status, row.status_seq = statuses[row.chat_id], ticket
        changes.append(Change(row, fields=changed))
    tally = storing.finish(changes, by=by, source=source)
    GroupChat.objects.filter(pk__in=[row.pk for row in fresh]).update(status_seq=ticket)
    if run_id is not None:
        GroupChat.objects.filter(pk__in=[row.pk for row in rows]).update(seen_run=run_id)
    return tally.add(Tally(refused=len(rows) - len(fresh)))
