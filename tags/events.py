"""The events of the tag catalogue: their names, and what each tells (tests/contracts holds the schemas)."""

from collections.abc import Iterable
from typing import Any

from corps.actors import Actor
from messaging import outbox
from tags.models import Tag, TagGroup

GROUP_CREATED = "tag_group.created"
GROUP_UPDATED = "tag_group.updated"
GROUP_DELETED = "tag_group.deleted"
TAG_CREATED = "tag.created"
TAG_UPDATED = "tag.updated"
TAG_DELETED = "tag.deleted"
TAG_MERGED = "tag.merged"


Told = tuple[str, Tag | TagGroup, dict[str, Any]]


def tell(name: str, rows: Iterable[Tag | TagGroup], *, by: Actor, source: str, **facts: Any) -> None:
    """Record one event for each row, in one statement.

    Args:
        facts: what the event says beside the ids: ``changed``, the wire names of what differs, or ``intoTagId``.
    """
    tell_each([(name, row, facts) for row in rows], by=by, source=source)


def tell_each(told: Iterable[Told], *, by: Actor, source: str) -> None:
    """``tell`` for events of several names: (name, row, what it says beside the ids) each."""
    outbox.record_many([(name, row, _ids(row) | facts) for name, row, facts in told], source=source, actor=by.label)


def _ids(row: Tag | TagGroup) -> dict[str, Any]:
    return {"groupId": row.pk} if isinstance(row, TagGroup) else {"tagId": row.pk, "groupId": row.group_id}
