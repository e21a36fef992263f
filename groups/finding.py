"""The only doors to one group chat: what the actor may not see is not there."""

from typing import Any

from core.errors import NotFound
from corps.actors import Actor
from groups import reading
from groups.models import GroupChat


def one(group_id: int, actor: Actor) -> GroupChat:
    """The group by its row id, if the actor may see it: its id and company alone. Raises NotFound."""
    row = GroupChat.objects.visible_to(actor).filter(pk=group_id).only("pk", "corp_id").first()
    if row is None:
        raise NotFound
    return row


def shown(group_id: int, actor: Actor) -> dict[str, Any]:
    """The same as wire values, by one statement. Raises NotFound."""
    rows = reading.wired(GroupChat.objects.visible_to(actor).filter(pk=group_id), reading.DETAIL)
    found = reading.named(rows, reading.DETAIL)
    if not found:
        raise NotFound
    return found[0]
