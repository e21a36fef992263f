"""The events of contact ways: their names, and what each tells (tests/contracts holds the schemas)."""

from collections.abc import Collection

from corps.actors import Actor
from customers.models import ContactWay
from messaging import outbox

CONTACT_WAY_CREATED = "contact_way.created"
CONTACT_WAY_UPDATED = "contact_way.updated"
CONTACT_WAY_DELETED = "contact_way.deleted"


def tell(name: str, way: ContactWay, *, by: Actor, source: str, changed: Collection[str] | None = None) -> None:
    """``changed``: the wire names of what differs."""
    data = {"contactWayId": way.pk, "channelId": way.channel_id}
    data |= {} if changed is None else {"changed": sorted(changed)}  # type: ignore[dict-item]
    outbox.record(name, subject=way, data=data, source=source, actor=by.label)
