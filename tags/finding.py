"""The doors' way to one tag or group: what the actor may not see, or what has ended, is not there."""

from django.utils.translation import gettext as _

from core.errors import FieldError, NotFound, RuleViolation
from corps.actors import Actor
from tags.models import Tag, TagGroup


def tag(tag_id: int, actor: Actor) -> Tag:
    """A living tag. Raises NotFound."""
    found = Tag.objects.visible_to(actor).live().filter(pk=tag_id).first()
    if found is None:
        raise NotFound
    return found


def group(group_id: int, actor: Actor) -> TagGroup:
    """A living group. Raises NotFound."""
    found = TagGroup.objects.visible_to(actor).live().filter(pk=group_id).first()
    if found is None:
        raise NotFound
    return found


def named_tag(tag_id: int, actor: Actor) -> Tag:
    """The tag that a request names as ``intoTagId``. Raises RuleViolation: ``tag_unknown``."""
    try:
        return tag(tag_id, actor)
    except NotFound:
        raise tag_unknown() from None


def named_group(group_id: int, actor: Actor) -> TagGroup:
    """The group that a request names as ``groupId``. Raises RuleViolation: ``tag_group_unknown``."""
    try:
        return group(group_id, actor)
    except NotFound:
        raise group_unknown() from None


def tag_unknown() -> RuleViolation:
    message = _("There is no such tag in this company.")
    return RuleViolation("tag_unknown", message, [FieldError("intoTagId", "tag_unknown", message)])


def group_unknown() -> RuleViolation:
    message = _("There is no such tag group in this company.")
    return RuleViolation("tag_group_unknown", message, [FieldError("groupId", "tag_group_unknown", message)])
