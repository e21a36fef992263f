"""The groups that a company's tags stand in: their beginning, changes and end."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from core.time import now
from corps.actors import Actor
from tags import catalog, events, names, writeback
from tags.holding import hold, hold_catalogue, hold_living, outdate_copies
from tags.models import Tag, TagGroup


@transaction.atomic
def create_group(
    *,
    corp_id: int,
    name: str,
    by: Actor,
    source: str,
    order: int | None = None,
    tag_names: Sequence[str] = (),
) -> TagGroup:
    """Add a group, and tags in it in the order named, and record ``tag_group.created`` and each ``tag.created``.

    Args:
        order: its place among the groups; by default behind the last one.

    Raises:
        RuleViolation: ``name_invalid``, ``tag_limit``, ``tag_group_limit``.
        Conflict: ``tag_group_exists``: a living group of the company has this name; ``tag_exists``.
    """
    hold_catalogue(corp_id)
    groups = TagGroup.objects.of_corp(corp_id)
    text = names.clean(name)
    names.check_free(text, among=groups, code="tag_group_exists")
    if groups.live().count() >= settings.TAG_LIMIT:
        message = _("A company can have %(n)d tag groups at most.") % {"n": settings.TAG_LIMIT}
        raise RuleViolation("tag_group_limit", message)
    last = groups.live().aggregate(last=Max("order"))["last"]
    place = order if order is not None else 0 if last is None else last + 1
    group = TagGroup.objects.create(corp_id=corp_id, name=text, order=place)
    # WeCom knows no empty group: this one comes to be there with its first tag.
    events.tell(events.GROUP_CREATED, [group], by=by, source=source)
    for tag_name in tag_names:
        catalog.add_to_held(group, tag_name, by=by, source=source)
    return group


@transaction.atomic
def update_group(
    *,
    group: TagGroup,
    by: Actor,
    source: str,
    name: str | None = None,
    order: int | None = None,
    if_version: int | None = None,
) -> TagGroup:
    """Rename a group or give it another place and record ``tag_group.updated``; nothing where nothing differs.

    Raises:
        PreconditionFailed: ``version_passed``.
        RuleViolation: ``name_invalid``.
        Conflict: ``tag_group_exists``, ``tag_group_deleted``.
    """
    row = hold_living(group, if_version=if_version)
    changed = []
    if name is not None and (text := names.clean(name)) != row.name:
        others = TagGroup.objects.of_corp(row.corp_id).exclude(pk=row.pk)
        names.check_free(text, among=others, code="tag_group_exists")
        row.name = text
        changed.append("name")
    if order is not None and order != row.order:
        row.order = order
        changed.append("order")
    if changed:
        row.version += 1
        row.save(update_fields=[*changed, "version", "update_time"])
        events.tell(events.GROUP_UPDATED, [row], by=by, source=source, changed=changed)
        if "name" in changed:
            writeback.want([row], by=by, source=source)
        if "order" in changed:
            writeback.want_order(row.corp_id, None, by=by, source=source)
    return row


@transaction.atomic
def delete_group(*, group: TagGroup, by: Actor, source: str, if_version: int | None = None) -> TagGroup:
    """End a group with all its tags; record each ``tag.deleted``, then ``tag_group.deleted``. Twice is once.

    Raises:
        PreconditionFailed: ``version_passed``.
    """
    row = hold(group, if_version=if_version)
    if row.deleted_at is not None:
        return row
    moment = now()
    tags = Tag.objects.filter(group=row).live()
    ended = list(tags.order_by("order", "id"))
    tags.update(deleted_at=moment, version=F("version") + 1, update_time=moment)
    for tag in ended:
        tag.version += 1
    row.deleted_at = moment
    row.version += 1
    row.save(update_fields=["deleted_at", "version", "update_time"])
    outdate_copies(row.corp_id)
    events.tell(events.TAG_DELETED, ended, by=by, source=source)
    events.tell(events.GROUP_DELETED, [row], by=by, source=source)
    # There, too, a group takes its tags along.
    writeback.want([row], by=by, source=source)
    return row
