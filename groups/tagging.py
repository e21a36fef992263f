"""Put tags on group chats and take them off. The tags are ours: WeCom is told nothing."""

import copy
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.db.models import F
from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from groups import events
from groups.models import ChatTag, GroupChat, GroupTag

MAX_TAGS = 100
# Lists of ids longer than this make MySQL read the whole table.
_CHATS_AT_ONCE = 1_000


@dataclass(slots=True)
class TagChange:
    """What one act did: ids of tags now on the chat that were not, and of tags no longer there."""

    chat: GroupChat
    added: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)


@atomic
def change_tags(
    *, chat: GroupChat, add: Collection[int] = (), remove: Collection[int] = (), by: Actor, source: str
) -> TagChange:
    """Add and remove tags of a chat in one act, with one event for each direction; a repeat changes nothing.

    Args:
        add, remove: ids of the company's group tags. A dismissed chat keeps its tags and may get others: they sort
            what is over, too.

    Raises:
        RuleViolation: ``group_tag_unknown``, ``tag_both_ways``, ``too_many_tags``.
    """
    _check(add, remove)
    row = lock(chat)
    _check_known(row.corp_id, add)
    held = set(ChatTag.objects.filter(chat=row).values_list("tag_id", flat=True))
    change = TagChange(row, sorted(set(add) - held), sorted(set(remove) & held))
    if change.removed:
        ChatTag.objects.filter(chat=row, tag_id__in=change.removed).delete()
    common = {"corp_id": row.corp_id, "chat": row, "source": source, "actor": by.label}
    ChatTag.objects.bulk_create([ChatTag(tag_id=tag, **common) for tag in change.added])
    _announce(change, by, source)
    return change


@atomic
def take_off_all(*, tag: GroupTag, by: Actor, source: str) -> int:
    """Take a (locked) tag off every chat that has it, each with ``group.tag.removed``. Returns how many had it."""
    taken = 0
    for ids in _batches(tag):
        rows = list(GroupChat.objects.filter(pk__in=ids).order_by("pk").select_for_update())
        ChatTag.objects.filter(tag=tag, chat_id__in=ids).delete()
        GroupChat.objects.filter(pk__in=ids).update(version=F("version") + 1, update_time=now())
        for row in rows:
            row.version += 1
        told = [(events.CHAT_UNTAGGED, row, events.tag_data(row, [tag.pk])) for row in rows]
        events.record(told, by=by, source=source)
        taken += len(rows)
    return taken


def _batches(tag: GroupTag) -> Iterator[list[int]]:
    while ids := list(
        ChatTag.objects.filter(tag=tag).order_by("chat_id").values_list("chat_id", flat=True)[:_CHATS_AT_ONCE]
    ):
        yield ids


def _check(add: Collection[int], remove: Collection[int]) -> None:
    if len(add) + len(remove) > MAX_TAGS:
        raise RuleViolation("too_many_tags", _("At most %(n)d tags can be changed at once.") % {"n": MAX_TAGS})
    if both := set(add) & set(remove):
        message = _("A tag can't be added and removed at once: %(ids)s.") % {"ids": _listed(both)}
        raise RuleViolation("tag_both_ways", message, [FieldError("removeTagIds", "tag_both_ways", message)])


def _check_known(corp_id: int, add: Collection[int]) -> None:
    known = GroupTag.objects.of_corp(corp_id).filter(pk__in=list(add)).values_list("pk", flat=True) if add else ()
    if unknown := set(add) - set(known):
        message = _("There are no such tags in this company: %(ids)s.") % {"ids": _listed(unknown)}
        raise RuleViolation("group_tag_unknown", message, [FieldError("addTagIds", "group_tag_unknown", message)])


def _listed(ids: Collection[int]) -> str:
    return ", ".join(map(str, sorted(ids)))


def _announce(change: TagChange, by: Actor, source: str) -> None:
    row, told = change.chat, []
    for name, tags in ((events.CHAT_UNTAGGED, change.removed), (events.CHAT_TAGGED, change.added)):
        if tags:
            row.version += 1
            told.append((name, copy.copy(row), events.tag_data(row, tags)))
    if told:
        row.save(update_fields=["version", "update_time"])
        events.record(told, by=by, source=source)
