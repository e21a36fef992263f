"""The events of group chats: their names, and what each tells (tests/contracts holds the schemas)."""

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.time import to_wire
from corps.actors import Actor
from groups.models import ChatChange, GroupChat, GroupTag, GroupTagSet
from groups.stays import Stay
from messaging import outbox

CREATED = "group.created"
UPDATED = "group.updated"
DISMISSED = "group.dismissed"
MEMBER_JOINED = "group.member.joined"
MEMBER_LEFT = "group.member.left"
CHAT_TAGGED = "group.tag.added"
CHAT_UNTAGGED = "group.tag.removed"
TRANSFER_STARTED = "group.transfer.started"
TRANSFER_PAUSED = "group.transfer.paused"
TRANSFER_CANCELLED = "group.transfer.cancelled"
TRANSFER_FINISHED = "group.transfer.finished"
TRANSFER_DONE = "group.transfer.done"
TRANSFER_FAILED = "group.transfer.failed"
TAG_SET_CREATED = "group_tag_set.created"
TAG_SET_UPDATED = "group_tag_set.updated"
TAG_SET_DELETED = "group_tag_set.deleted"
TAG_CREATED = "group_tag.created"
TAG_UPDATED = "group_tag.updated"
TAG_DELETED = "group_tag.deleted"
# A group has up to 500 members: an event of all of them would be long.
MEMBERS = 100


@dataclass(slots=True)
class Change:
    """What happened to a (locked) group.

    Attributes:
        fields: wire names of what differs.
        joined: stays that began, or that go on after having been taken for over.
        left: stays that ended, or whose end is known better now.
        silent: something differs that nobody is told of.
        trail: what to add to the chat's story.
    """

    chat: GroupChat
    created: bool = False
    dismissed: bool = False
    fields: set[str] = field(default_factory=set)
    joined: Sequence[Stay] = ()
    left: Sequence[Stay] = ()
    silent: bool = False
    trail: list[ChatChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.created or self.dismissed or self.fields or self.joined or self.left)

    def __str__(self) -> str:
        told = [f"+{len(self.joined)}"] if self.joined else []
        told += [f"-{len(self.left)}"] if self.left else []
        return " ".join([self.chat.chat_id, *(["new"] if self.created else sorted(self.fields)), *told])


def tell(changes: Iterable[Change], *, by: Actor, source: str) -> None:
    """Record what happened, few statements for all, and raise the groups' versions (not saved), one for each event."""
    told: list[tuple[str, GroupChat, dict[str, Any]]] = []
    for change in changes:
        for name, data in _of(change):
            # A row begins with the version that tells of its beginning.
            change.chat.version += name != CREATED
            told.append((name, copy.copy(change.chat), data))
    outbox.record_many(told, source=source, actor=by.label)


def record(told: Sequence[tuple[str, Any, dict[str, Any]]], *, by: Actor, source: str) -> None:
    """Record (name, subject with its version raised, data) each, few statements for all."""
    outbox.record_many(told, source=source, actor=by.label)


def tell_tags(name: str, rows: Iterable[GroupTag | GroupTagSet], *, by: Actor, source: str, **facts: Any) -> None:
    """One event for each row of the catalogue. ``facts``: ``changed``, the wire names of what differs."""
    record([(name, row, _catalogue_ids(row) | facts) for row in rows], by=by, source=source)


def tag_data(chat: GroupChat, tag_ids: Sequence[int]) -> dict[str, Any]:
    """What ``group.tag.added`` and ``group.tag.removed`` tell."""
    return {"groupId": chat.pk, "chatId": chat.chat_id, "tagIds": list(tag_ids)}


def _catalogue_ids(row: GroupTag | GroupTagSet) -> dict[str, Any]:
    return {"setId": row.pk} if isinstance(row, GroupTagSet) else {"groupTagId": row.pk, "setId": row.set_id}


def _of(change: Change) -> Iterator[tuple[str, dict[str, Any]]]:
    chat = change.chat
    core = {"groupId": chat.pk, "chatId": chat.chat_id}
    owned = core | {"ownerId": chat.owner_id, "status": chat.status}
    if change.created:
        yield CREATED, owned | {"memberCount": chat.member_count, "customerCount": chat.customer_count}
    elif change.fields:
        yield UPDATED, owned | {"changed": sorted(change.fields)}
    yield from _members(MEMBER_JOINED, core, change.joined, _joined)
    yield from _members(MEMBER_LEFT, core, change.left, _left)
    if change.dismissed:
        yield DISMISSED, core | {"ownerId": chat.owner_id}


def _members(
    name: str, core: dict[str, Any], stays: Sequence[Stay], shape: Callable[[Stay], dict[str, Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for start in range(0, len(stays), MEMBERS):
        yield name, core | {"members": [shape(stay) for stay in stays[start : start + MEMBERS]]}


def _joined(stay: Stay) -> dict[str, Any]:
    return _who(stay) | {"joinScene": stay.join_scene}


def _left(stay: Stay) -> dict[str, Any]:
    return _who(stay) | {"leftAt": to_wire(stay.left_at), "quitScene": stay.quit_scene}


def _who(stay: Stay) -> dict[str, Any]:
    return {
        "userid": stay.userid,
        "employeeId": stay.employee_id,
        "customerId": stay.customer_id,
        "joinTime": to_wire(stay.join_time),
    }
