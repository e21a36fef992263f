"""The events of channels: their names, and what each tells (tests/contracts holds the schemas)."""

from collections.abc import Collection

from corps.actors import Actor
from customers.models import Channel
from messaging import outbox

CHANNEL_CREATED = "channel.created"
CHANNEL_UPDATED = "channel.updated"
CHANNEL_DELETED = "channel.deleted"


def tell(name: str, channel: Channel, *, by: Actor, source: str, changed: Collection[str] | None = None) -> None:
    """``changed``: the wire names of what differs."""
    data = {"channelId": channel.pk} | ({} if changed is None else {"changed": sorted(changed)})
    outbox.record(name, subject=channel, data=data, source=source, actor=by.label)
