"""Change the tags of many group chats, each for itself, with a result for each."""

from collections.abc import Collection, Sequence
from typing import Any

from core.errors import RuleViolation
from core.retry import atomic_retry
from corps.actors import Actor
from groups import finding, tagging
from groups.tagging import TagChange


def change_tags(
    *, chat_ids: Sequence[int], add: Collection[int], remove: Collection[int], by: Actor, source: str
) -> list[dict[str, Any]]:
    """Apply ``tagging.change_tags`` to each chat in a transaction of its own: one refusal spoils no other.

    Returns:
        One ``{groupId, status, added, removed}`` each, in the order given; status is ``changed``, ``unchanged`` or
        ``failed``, the last with ``code`` and ``message``.
    """
    # In id order, so that two of these at once wait for each other and don't deadlock.
    found = {chat_id: _one(chat_id, add, remove, by, source) for chat_id in sorted(set(chat_ids))}
    return [found[chat_id] for chat_id in dict.fromkeys(chat_ids)]


def _one(chat_id: int, add: Collection[int], remove: Collection[int], by: Actor, source: str) -> dict[str, Any]:
    result: dict[str, Any] = {"groupId": chat_id, "status": "failed", "added": [], "removed": []}
    try:
        change = _changed(chat_id, add, remove, by, source)
    except RuleViolation as refusal:
        return result | {"code": refusal.code, "message": str(refusal.message)}
    status = "changed" if change.added or change.removed else "unchanged"
    return result | {"status": status, "added": change.added, "removed": change.removed}


@atomic_retry
def _changed(chat_id: int, add: Collection[int], remove: Collection[int], by: Actor, source: str) -> TagChange:
    return tagging.change_tags(chat=finding.one(chat_id, by), add=add, remove=remove, by=by, source=source)
