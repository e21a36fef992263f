"""What another service's ``communication.*`` tells: its words are claims, so a value of a wrong kind is left out."""

from typing import Any

import structlog

from core.time import from_wire
from corps.actors import SYSTEM
from customers.choices import Source
from followups.choices import Direction, TalkKind
from followups.communications.facts import Told
from followups.communications.recording import record
from messaging.inbox import Incoming

_MOST_ID, _MOST_TEXT, _DAY = 100, 2_000, 86_400
_log = structlog.get_logger("scrm.communications")


def hear(event: Incoming) -> bool:
    """Keep what the event tells; whether it was something new. What can't be read is logged and not tried again."""
    talk = talk_of(event)
    if talk is None:
        _log.warning("communication_unfit", event_id=event.event_id, name=event.name)
        return False
    source = event.source if event.source in Source.values else Source.API
    result = record(corp_id=event.corp_id, talks=[talk], by=SYSTEM, source=source)[0]
    if result["status"] == "failed":
        _log.warning("communication_unfit", event_id=event.event_id, name=event.name, code=result["code"])
    return result["status"] == "recorded"


def talk_of(event: Incoming) -> Told | None:
    """The facts; None without a kind, a direction, a time or somebody."""
    data, at = event.data, from_wire(event.data.get("at")) or from_wire(event.timestamp)
    kind, direction = data.get("kind"), data.get("direction")
    known = isinstance(kind, str) and kind in TalkKind.values and isinstance(direction, str)
    if not known or direction not in Direction.values or at is None:
        return None
    return Told(
        external_id=_text(data, "externalId", _MOST_ID) or event.event_id,
        kind=str(kind),
        direction=str(direction),
        at=at,
        customer_id=_number(data, "customerId", 2**63 - 1),
        external_userid=_text(data, "externalUserid", _MOST_ID),
        employee_id=_number(data, "employeeId", 2**63 - 1),
        userid=_text(data, "userid", _MOST_ID),
        seconds=_number(data, "seconds", _DAY) or 0,
        content=_text(data, "content", _MOST_TEXT),
    )


def _text(data: dict[str, Any], name: str, most: int) -> str:
    value = data.get(name)
    return value if isinstance(value, str) and len(value) <= most and "\x00" not in value else ""


def _number(data: dict[str, Any], name: str, most: int) -> int | None:
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most else None
