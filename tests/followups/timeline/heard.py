"""What was recorded, brought to the reader of timelines as the inbox would bring it."""

from typing import Any

from followups import handlers
from followups.models import TimelineEntry
from messaging import subscriptions
from messaging.inbox import Incoming
from messaging.models import OutboxEvent

READER = "followups.handlers.customer_changed"


def incoming(row: OutboxEvent) -> Incoming:
    told = row.payload
    return Incoming(
        str(row.event_id),
        row.name,
        row.corp_id,
        told["data"],
        0,
        source=told["source"],
        actor=told["actor"],
        timestamp=told["timestamp"],
    )


def all_heard(*, times: int = 1, only: str = "") -> list[TimelineEntry]:
    """Everything that was recorded, so many times; the entries that stand then, in the order of their making."""
    for row in list(OutboxEvent.objects.order_by("pk")) * times:
        if READER in subscriptions.handlers_of(row.name) and row.name.startswith(only):
            handlers.customer_changed(incoming(row))
    return list(TimelineEntry.objects.order_by("pk"))


def of_kind(kind: str, **heard: Any) -> list[TimelineEntry]:
    """Those of one kind after everything was heard."""
    return [entry for entry in all_heard(**heard) if entry.kind == kind]
