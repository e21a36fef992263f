"""The tags of a company: their beginning, changes, joining and end. Their groups are in grouping.py."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from core.locks import lock
from core.time import now
from corps.actors import Actor
from tags import events, finding, names, writeback
from tags.holding import hold, hold_living, living, outdate_copies
from tags.models import Tag, TagGroup


@transaction.atomic
def create_tag(*, group: TagGroup, name: str, by: Actor, source: str, order: int | None = None) -> Tag:
    """Add a tag to a group and record ``tag.created``.

    Args:
        order: its place in the group; by default behind the last one.

    Raises:
        RuleViolation: ``name_invalid``; ``tag_limit``: the company has as many tags as WeCom takes.
        Conflict: ``tag_exists``: a living tag of the group has this name; ``tag_group_deleted``.
    """
    return add_to_held(hold_living(group), name, by=by, source=source, order=order)


def add_to_held(group: TagGroup, name: str, *, by: Actor, source: str, order: int | None = None) -> Tag:
    """``create_tag`` for a rule that already holds the catalogue."""
    text = names.clean(name)
    names.check_free(text, among=Tag.objects.filter(group=group), code="tag_exists")
    if Tag.objects.of_corp(group.corp_id).live().count() >= settings.TAG_LIMIT:
        raise RuleViolation("tag_limit", _("A company can have %(n)d tags at most.") % {"n": settings.TAG_LIMIT})
    place = _behind_last(group) if order is None else order
    tag = Tag.objects.create(corp_id=group.corp_id, group=group, name=text, order=place)
    events.tell(events.TAG_CREATED, [tag], by=by, source=source)
    writeback.want([tag], by=by, source=source)
    return tag


@transaction.atomic
def update_tag(
    *,
    tag: Tag,
    by: Actor,
    source: str,
    name: str | None = None,
    order: int | None = None,
    if_version: int | None = None,
) -> Tag:
    """Rename a tag or give it another place and record ``tag.updated``; nothing where nothing differs.

    Raises:
        PreconditionFailed: ``version_passed``.
        RuleViolation: ``name_invalid``.
        Conflict: ``tag_exists``, ``tag_deleted``.
    """
    row = hold_living(tag, if_version=if_version)
    wanted: dict[str, Any] = {}
    if name is not None and (text := names.clean(name)) != row.name:
        names.check_free(text, among=Tag.objects.filter(group=row.group_id).exclude(pk=row.pk), code="tag_exists")
        wanted["name"] = text
    if order is not None and order != row.order:
        wanted["order"] = order
    return _change(row, wanted, by=by, source=source)


@transaction.atomic
def move_tag(*, tag: Tag, group: TagGroup, by: Actor, source: str, if_version: int | None = None) -> Tag:
    """Put a tag behind the last one of another group and record ``tag.updated``. Customers keep it.

    Raises:
        PreconditionFailed: ``version_passed``.
        RuleViolation: ``tag_group_unknown``: the group belongs to another company; ``tag_move_unsupported``: WeCom has
            the tag, and can't move it.
        Conflict: ``tag_exists``: the group has a living tag of this name; ``tag_deleted``, ``tag_group_deleted``.
    """
    row = hold_living(tag, if_version=if_version)
    if group.corp_id != row.corp_id:
        raise finding.group_unknown()
    home = living(lock(group))
    if home.pk == row.group_id:
        return row
    if row.wecom_id and writeback.is_written_back(row.corp_id, source):
        # Page 96320 has no call for it. A new tag there would be on nobody; merging takes the customers along.
        message = _("WeCom can't move a tag to another group. Create it there, then merge this one into the new one.")
        raise RuleViolation("tag_move_unsupported", message, [FieldError("groupId", "tag_move_unsupported", message)])
    names.check_free(row.name, among=Tag.objects.filter(group=home), code="tag_exists")
    return _change(row, {"group": home, "order": _behind_last(home)}, by=by, source=source)


@transaction.atomic
def delete_tag(*, tag: Tag, by: Actor, source: str, if_version: int | None = None) -> Tag:
    """End a tag and record ``tag.deleted``: it is offered no more, and readers of the event take it off customers.

    Twice is once. The row stays: history names it.

    Raises:
        PreconditionFailed: ``version_passed``.
    """
    row = hold(tag, if_version=if_version)
    if row.deleted_at is None:
        _end(row)
        events.tell(events.TAG_DELETED, [row], by=by, source=source)
        writeback.want([row], by=by, source=source)
    return row


@transaction.atomic
def merge_tag(*, tag: Tag, into: Tag, by: Actor, source: str, if_version: int | None = None) -> Tag:
    """End a tag in favour of another one and record ``tag.merged``: readers give its customers the other.

    Twice is once.

    Args:
        if_version: the version of ``tag`` that the caller has seen.

    Returns:
        The ended tag.

    Raises:
        PreconditionFailed: ``version_passed``.
        RuleViolation: ``tag_same``, ``tag_unknown``: the other one belongs to another company.
        Conflict: ``tag_deleted``: one of the two has ended.
    """
    if tag.corp_id != into.corp_id:
        raise finding.tag_unknown()
    if tag.pk == into.pk:
        message = _("A tag can't be merged into itself.")
        raise RuleViolation("tag_same", message, [FieldError("intoTagId", "tag_same", message)])
    row = hold(tag, if_version=if_version)
    if row.merged_into_id == into.pk:
        return row
    living(row)
    row.merged_into = living(lock(into))
    _end(row, "merged_into")
    events.tell(events.TAG_MERGED, [row], by=by, source=source, intoTagId=into.pk)
    writeback.want([row], by=by, source=source)
    return row


_WIRE = {"name": "name", "order": "order", "group": "groupId"}


def _change(row: Tag, wanted: dict[str, Any], *, by: Actor, source: str) -> Tag:
    if wanted:
        for field, value in wanted.items():
            setattr(row, field, value)
        row.version += 1
        row.save(update_fields=[*wanted, "version", "update_time"])
        outdate_copies(row.corp_id)
        changed = sorted(_WIRE[field] for field in wanted)
        events.tell(events.TAG_UPDATED, [row], by=by, source=source, changed=changed)
        if changed != ["order"]:
            writeback.want([row], by=by, source=source)
        if "order" in changed and "groupId" not in changed:
            writeback.want_order(row.corp_id, row.group, by=by, source=source)
    return row


def _end(row: Tag, *also: str) -> None:
    row.deleted_at = now()
    row.version += 1
    row.save(update_fields=["deleted_at", "version", "update_time", *also])
    outdate_copies(row.corp_id)


def _behind_last(group: TagGroup) -> int:
    last = Tag.objects.filter(group=group).live().aggregate(last=Max("order"))["last"]
    return 0 if last is None else last + 1
