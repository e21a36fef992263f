"""The only doors to one group chat, and to one of the tags for them: what the actor may not see is not there."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import FieldError, NotFound, RuleViolation
from corps.actors import Actor
from groups import dressing, reading
from groups.models import GroupChat, GroupTag, GroupTagSet


def one(group_id: int, actor: Actor) -> GroupChat:
    """The group by its row id, if the actor may see it: its id, company, owner and opening. Raises NotFound."""
    row = GroupChat.objects.visible_to(actor).filter(pk=group_id).only("pk", "corp_id", "owner_id", "opened_at").first()
    if row is None:
        raise NotFound
    return row


def shown(group_id: int, actor: Actor) -> dict[str, Any]:
    """The same as wire values, with its tags and today's figures. Raises NotFound."""
    rows = reading.wired(GroupChat.objects.visible_to(actor).filter(pk=group_id), reading.DETAIL)
    found = reading.named(rows, reading.DETAIL)
    if not found:
        raise NotFound
    return dressing.dress(found)[0]


def tag(tag_id: int, actor: Actor) -> GroupTag:
    """A group tag of the actor's company. Raises NotFound."""
    row = GroupTag.objects.visible_to(actor).filter(pk=tag_id).first()
    if row is None:
        raise NotFound
    return row


def tag_set(set_id: int, actor: Actor) -> GroupTagSet:
    """A set of group tags of the actor's company. Raises NotFound."""
    row = GroupTagSet.objects.visible_to(actor).filter(pk=set_id).first()
    if row is None:
        raise NotFound
    return row


def named_tag_set(set_id: int, actor: Actor) -> GroupTagSet:
    """The set that a request names as ``setId``. Raises RuleViolation: ``group_tag_set_unknown``."""
    try:
        return tag_set(set_id, actor)
    except NotFound:
        message = _("There is no such set of group tags in this company.")
        field = FieldError("setId", "group_tag_set_unknown", message)
        raise RuleViolation("group_tag_set_unknown", message, [field]) from None
