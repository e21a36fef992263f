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


def tell(name: str, rows: Iterable[Tag | TagGroup], *, by: Actor, source: str, **facts: Any) -> None:
    """Record one event for each row, in one statement.

    Args:
        facts: what the event says beside the ids: ``changed``, the wire names of what differs, or ``intoTagId``.
    """
    outbox.record_many([(name, row, _ids(row) | facts) for row in rows], source=source, actor=by.label)


def _ids(row: Tag | TagGroup) -> dict[str, Any]:
    return {"groupId": row.pk} if isinstance(row, TagGroup) else {"tagId": row.pk, "groupId": row.group_id}
