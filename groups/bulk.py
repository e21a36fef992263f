"""Change the tags of many group chats, each for itself, with a result for each."""

from collections.abc import Collection, Sequence
from typing import Any

from corps.actors import Actor
from groups import finding, tagging
from groups.tagging import TagChange
from tags import bulk


def change_tags(
    *, chat_ids: Sequence[int], add: Collection[int], remove: Collection[int], by: Actor, source: str
) -> list[dict[str, Any]]:
    """Apply ``tagging.change_tags`` to each chat: see ``tags.bulk.each``; the results have ``groupId``."""

    def change(chat_id: int) -> TagChange:
        return tagging.change_tags(chat=finding.one(chat_id, by), add=add, remove=remove, by=by, source=source)

    return bulk.each(chat_ids, "groupId", change)
