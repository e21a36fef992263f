"""The one shape in which events travel, ours and foreign ones alike (docs/events.md)."""

import datetime as dt
import uuid
from typing import Any

from core.time import to_wire

SCHEMA_VERSION = 1


def build(
    *,
    event_id: uuid.UUID,
    occurred_at: dt.datetime,
    corp_id: int,
    aggregate_type: str,
    aggregate_id: int,
    aggregate_version: int,
    data: dict[str, Any],
    source: str,
    actor: str,
    cause_id: str | None,
    hops: int,
) -> dict[str, Any]:
    """The envelope, ready for JSON. ``eventId``, ``timestamp``, ``data`` are the original service's; the rest is added.

    ``aggregateVersion`` carries the order of one subject's events: the transport does not keep it over a broker crash.
    """
    return {
        "eventId": str(event_id),
        "timestamp": to_wire(occurred_at),
        "corpId": corp_id,
        "aggregateType": aggregate_type,
        "aggregateId": aggregate_id,
        "aggregateVersion": aggregate_version,
        "source": source,
        "actor": actor,
        "causeId": cause_id,
        "hops": hops,
        "schemaVersion": SCHEMA_VERSION,
        "data": data,
    }
