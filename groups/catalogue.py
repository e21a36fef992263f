"""The tags that a company has for its group chats, and the sets they stand in. WeCom knows nothing of them."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.transactions import atomic
from core.versions import check_version
from corps.actors import Actor
from corps.models import Corp
from groups import events, tagging
from groups.models import ChatTag, GroupTag, GroupTagSet
from tags import names

Row = TypeVar("Row", GroupTag, GroupTagSet)


@atomic
def create_set(
    *, corp_id: int, name: str, by: Actor, source: str, order: int | None = None, tag_names: Sequence[str] = ()
) -> GroupTagSet:
    """Add a set, and tags in it in the order named; records ``group_tag_set.created`` and each ``group_tag.created``.

    Args:
        order: its place among the sets; by default behind the last one.

    Raises:
        RuleViolation: ``name_invalid``, ``group_tag_limit``.
        Conflict: ``group_tag_set_exists``, ``group_tag_exists``.
    """
    _hold(corp_id)
    sets = GroupTagSet.objects.of_corp(corp_id)
    text = _free(name, sets, "group_tag_set_exists")
    row = GroupTagSet.objects.create(corp_id=corp_id, name=text, order=_place(sets, order))
    events.tell_tags(events.TAG_SET_CREATED, [row], by=by, source=source)
    for tag_name in tag_names:
        _add(row, tag_name, None, by, source)
    return row


@atomic
def create_tag(*, set: GroupTagSet, name: str, by: Actor, source: str, order: int | None = None) -> GroupTag:
    """Add a tag to a set and record ``group_tag.created``. Raises as ``create_set``."""
    _hold(set.corp_id)
    return _add(lock(set), name, order, by, source)


@atomic
def update_set(
    *,
    set: GroupTagSet,
    by: Actor,
    source: str,
    name: str | None = None,
    order: int | None = None,
    if_version: int | None = None,
) -> GroupTagSet:
    """Rename a set or give it another place and record ``group_tag_set.updated``; nothing where nothing differs.

    Raises:
        PreconditionFailed: ``version_passed``.
        RuleViolation: ``name_invalid``.
        Conflict: ``group_tag_set_exists``.
    """
    row = _held(set, if_version)
    others = GroupTagSet.objects.of_corp(row.corp_id).exclude(pk=row.pk)
    wanted = _differing(row, name, order, others, "group_tag_set_exists")
    return _change(row, wanted, events.TAG_SET_UPDATED, by, source)


@atomic
def update_tag(
    *,
    tag: GroupTag,
    by: Actor,
    source: str,
    name: str | None = None,
    order: int | None = None,
    if_version: int | None = None,
) -> GroupTag:
    """Rename a tag or give it another place and record ``group_tag.updated``. Raises as ``update_set``."""
    row = _held(tag, if_version)
    others = GroupTag.objects.filter(set=row.set_id).exclude(pk=row.pk)
    wanted = _differing(row, name, order, others, "group_tag_exists")
    return _change(row, wanted, events.TAG_UPDATED, by, source)


@atomic
def delete_tag(*, tag: GroupTag, by: Actor, source: str, if_version: int | None = None) -> None:
    """End a tag: it comes off every chat, each with an event of its own, then ``group_tag.deleted`` is recorded.

    Raises:
        PreconditionFailed: ``version_passed``.
    """
    row = _held(tag, if_version)
    tagging.take_off_all(tag=row, by=by, source=source)
    events.tell_tags(events.TAG_DELETED, [row], by=by, source=source)
    row.delete()


@atomic
def delete_set(*, set: GroupTagSet, by: Actor, source: str, if_version: int | None = None) -> None:
    """End a set without tags and record ``group_tag_set.deleted``.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``group_tag_set_not_empty``: deleting its tags one by one shows how many chats lose each.
    """
    row = _held(set, if_version)
    if row.tags.exists():
        raise Conflict("group_tag_set_not_empty", _("This set still has tags. Delete these first."))
    events.tell_tags(events.TAG_SET_DELETED, [row], by=by, source=source)
    row.delete()


def uses_of(tag: GroupTag) -> int:
    """How many chats have the tag."""
    return ChatTag.objects.filter(tag=tag).count()


def _hold(corp_id: int) -> Corp:
    # Two who add at once wait here for each other, so that places and limits are counted right.
    return lock(Corp(pk=corp_id))


def _held(row: Row, if_version: int | None) -> Row:
    _hold(row.corp_id)
    held = lock(row)
    check_version(held, if_version, _("Somebody has changed this since you read it."))
    held.version += 1
    return held


def _add(row: GroupTagSet, name: str, order: int | None, by: Actor, source: str) -> GroupTag:
    tags = GroupTag.objects.filter(set=row)
    text = _free(name, tags, "group_tag_exists")
    if GroupTag.objects.of_corp(row.corp_id).count() >= settings.TAG_LIMIT:
        message = _("A company can have %(n)d tags for group chats at most.") % {"n": settings.TAG_LIMIT}
        raise RuleViolation("group_tag_limit", message)
    tag = GroupTag.objects.create(corp_id=row.corp_id, set=row, name=text, order=_place(tags, order))
    events.tell_tags(events.TAG_CREATED, [tag], by=by, source=source)
    return tag


def _free(name: str, among: QuerySet[Any], code: str) -> str:
    text = names.clean(name)
    if among.filter(name=text).exists():
        message = _("This name is taken.")
        raise Conflict(code, message, [FieldError("name", code, message)])
    return text


def _place(among: QuerySet[Any], order: int | None) -> int:
    if order is not None:
        return order
    last = among.aggregate(last=Max("order"))["last"]
    return 0 if last is None else last + 1


def _differing(
    row: GroupTag | GroupTagSet, name: str | None, order: int | None, others: QuerySet[Any], code: str
) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if name is not None and names.clean(name) != row.name:
        wanted["name"] = _free(name, others, code)
    if order is not None and order != row.order:
        wanted["order"] = order
    return wanted


def _change(row: Row, wanted: dict[str, Any], event: str, by: Actor, source: str) -> Row:
    if not wanted:
        row.version -= 1
        return row
    for field, value in wanted.items():
        setattr(row, field, value)
    row.save(update_fields=[*wanted, "version", "update_time"])
    events.tell_tags(event, [row], by=by, source=source, changed=sorted(wanted))
    return row
