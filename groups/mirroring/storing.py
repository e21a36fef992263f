"""The rows behind the rules: read as columns, locked in id order, written in bulk."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count

from core.time import now
from corps.actors import Actor
from corps.tally import SAMPLE, Tally
from groups import events
from groups.choices import ChangeKind, MemberType
from groups.events import Change
from groups.models import ChatChange, GroupChat, GroupMember
from groups.stays import Stay

_ENDS = ["left_at", "quit_scene"]
_REST = [name for name in Stay._fields if name not in ("pk", "chat_id", "userid", "join_time")]
_TRAIL = {
    "owner_id": ChangeKind.OWNER,
    "name": ChangeKind.NAME,
    "notice": ChangeKind.NOTICE,
    "status": ChangeKind.STATUS,
}
_CHAT = ["name", "owner_id", "admins", "notice", "opened_at", "status", "dismissed_at"]
_COUNTS = ["member_version", "member_count", "customer_count", "version", "update_time"]
# Of a bulk update, whose statement has a case for each row and column.
BATCH = 100


def locked(corp_id: int, chat_ids: Collection[str]) -> list[GroupChat]:
    """Those of the groups that are here, locked in id order so that two of these wait for each other."""
    rows = GroupChat.objects.filter(corp_id=corp_id, chat_id__in=chat_ids)
    return list(rows.order_by("pk").select_for_update())


def stays(**which: Any) -> list[Stay]:
    """Stays by their columns. Whoever changes them holds the lock of their group."""
    return [Stay._make(row) for row in GroupMember.objects.filter(**which).values_list(*Stay._fields)]


def write(
    corp_id: int, *, left: Sequence[Stay] = (), changed: Sequence[Stay] = (), joined: Sequence[Stay] = ()
) -> None:
    """Store stays as they will be. Ends first: nobody stays twice at once in a group, in the database either."""
    _update(corp_id, left, _ENDS)
    _update(corp_id, changed, _REST)
    GroupMember.objects.bulk_create([_row(corp_id, stay) for stay in joined], batch_size=500)


def recount(chat: GroupChat) -> None:
    """Count who is in a (locked) group now, on the instance."""
    rows = GroupMember.objects.filter(chat=chat).current().order_by().values_list("type").annotate(n=Count("pk"))
    by_type = dict(rows)
    chat.member_count, chat.customer_count = sum(by_type.values()), by_type.get(MemberType.CUSTOMER, 0)


def finish(changes: Iterable[Change], *, by: Actor, source: str) -> Tally:
    """Record the events of what changed and save the groups; those without a change count as the same."""
    changes = list(changes)
    real = [change for change in changes if change]
    events.tell(real, by=by, source=source)
    moment = now()
    for change in real:
        change.chat.update_time = moment
    save([change.chat for change in changes if change or change.silent])
    ChatChange.objects.bulk_create([row for change in real for row in change.trail], batch_size=500)
    new, ended = sum(c.created for c in real), sum(c.dismissed for c in real)
    sample = [str(change) for change in real[:SAMPLE]]
    changed = len(real) - new - ended
    return Tally(new=new, changed=changed, ended=ended, same=len(changes) - len(real), sample=sample)


def trail(chat: GroupChat, differing: Mapping[str, Any], at: dt.datetime) -> list[ChatChange]:
    """What to add to the story of a chat, whose columns are still as they were.

    Args:
        differing: column → what it will be.
    """
    return [
        ChatChange(corp_id=chat.corp_id, chat=chat, kind=kind, at=at, before=_text(chat, column), after=_worded(value))
        for column, value in differing.items()
        if (kind := _TRAIL.get(column))
    ]


def save(chats: Sequence[GroupChat]) -> None:
    GroupChat.objects.bulk_update(chats, [_field(name) for name in _CHAT + _COUNTS], batch_size=BATCH)


def _update(corp_id: int, stays: Sequence[Stay], columns: Sequence[str]) -> None:
    rows = [_row(corp_id, stay) for stay in stays]
    GroupMember.objects.bulk_update(rows, [_field(name) for name in columns], batch_size=BATCH)


def _field(column: str) -> str:
    return column.removesuffix("_id")


def _text(chat: GroupChat, column: str) -> str:
    return _worded(getattr(chat, column))


def _worded(value: Any) -> str:
    return "" if value is None else str(int(value) if isinstance(value, int) else value)


def _row(corp_id: int, stay: Stay) -> GroupMember:
    return GroupMember(corp_id=corp_id, **stay._asdict())
