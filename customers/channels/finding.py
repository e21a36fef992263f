"""The doors' way to one channel: what the actor may not see is not there."""

from django.utils.translation import gettext as _

from core.errors import FieldError, NotFound, RuleViolation
from corps.actors import Actor
from customers.models import Channel, ContactWay


def channel(channel_id: int, actor: Actor) -> Channel:
    """The channel. Raises NotFound."""
    found = Channel.objects.visible_to(actor).filter(pk=channel_id).first()
    if found is None:
        raise NotFound
    return found


def named_channel(channel_id: int, actor: Actor) -> Channel:
    """The channel that a request names as ``channelId``. Raises RuleViolation: ``channel_unknown``."""
    try:
        return channel(channel_id, actor)
    except NotFound:
        message = _("There is no such channel in this company.")
        raise RuleViolation("channel_unknown", message, [FieldError("channelId", "channel_unknown", message)]) from None


def way(way_id: int, actor: Actor) -> ContactWay:
    """The contact way. Raises NotFound."""
    found = ContactWay.objects.visible_to(actor).filter(pk=way_id).first()
    if found is None:
        raise NotFound
    return found
