"""The places of groups, and of the tags in a group."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from core.time import now
from corps.actors import Actor
from tags import events, writeback
from tags.holding import Row, hold_catalogue, hold_living
from tags.models import Tag, TagGroup


@transaction.atomic
def order_groups(*, corp_id: int, group_ids: Sequence[int], by: Actor, source: str) -> list[TagGroup]:
    """Put the company's groups in this order and record ``tag_group.updated`` for each that got another place.

    Returns:
        All living groups, in their new order.

    Raises:
        RuleViolation: ``order_incomplete``: not each living group exactly once, so somebody else has added or deleted
            one, or the caller forgot it.
    """
    hold_catalogue(corp_id)
    rows = TagGroup.objects.of_corp(corp_id).live()
    ordered, moved = _placed({row.pk: row for row in rows}, group_ids, field="groupIds")
    _write(TagGroup, moved)
    events.tell(events.GROUP_UPDATED, moved, by=by, source=source, changed=["order"])
    if moved:
        writeback.want_order(corp_id, None, by=by, source=source)
    return ordered


@transaction.atomic
def order_tags(*, group: TagGroup, tag_ids: Sequence[int], by: Actor, source: str) -> list[Tag]:
    """Put the tags of a group in this order and record ``tag.updated`` for each that got another place.

    Returns:
        All living tags of the group, in their new order.

    Raises:
        RuleViolation: ``order_incomplete``, as for groups.
        Conflict: ``tag_group_deleted``.
    """
    row = hold_living(group)
    tags = Tag.objects.filter(group=row).live()
    ordered, moved = _placed({tag.pk: tag for tag in tags}, tag_ids, field="tagIds")
    _write(Tag, moved)
    events.tell(events.TAG_UPDATED, moved, by=by, source=source, changed=["order"])
    if moved:
        writeback.want_order(row.corp_id, row, by=by, source=source)
    return ordered


def _placed(rows: dict[int, Row], ids: Sequence[int], *, field: str) -> tuple[list[Row], list[Row]]:
    """All rows in the order of ``ids``, and those of them whose place and version are new."""
    if len(ids) != len(rows) or set(ids) != set(rows):
        message = _("Name each one exactly once. Read the list again: it may have changed.")
        raise RuleViolation("order_incomplete", message, [FieldError(field, "order_incomplete", message)])
    ordered = [rows[i] for i in ids]
    moved = [row for place, row in enumerate(ordered) if row.order != place]
    for place, row in enumerate(ordered):
        row.order = place
    for row in moved:
        row.version += 1
        row.update_time = now()
    return ordered, moved


def _write(model: type[Row], moved: list[Row]) -> None:
    model._base_manager.bulk_update(moved, ["order", "version", "update_time"], batch_size=500)
