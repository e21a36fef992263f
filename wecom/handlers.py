"""What events of this service mean for WeCom: warnings are told there."""

from typing import Any

from django.utils.dateparse import parse_datetime

from core.time import now
from messaging.inbox import Incoming
from wecom.notices import keeping, words


def risk_opened(event: Incoming) -> None:
    """Have the colleagues told whom the event names, when it says."""
    told, due_at = event.data, parse_datetime(str(event.data.get("deliverAt") or ""))
    if due_at and told["recipients"]:
        who = {"customer_id": told["customerId"], "owner_id": told["employeeId"], "recipients": told["recipients"]}
        what = {"risk_id": told["riskId"], "kind": told["kind"], "level": told["level"]}
        keeping.keep(corp_id=event.corp_id, event_id=event.event_id, due_at=due_at, **who, **what)


def colleagues_named(event: Incoming) -> None:
    """Have the colleagues told at once whom somebody named (@) in a follow-up or a comment."""
    told = event.data
    if named := told["mentionedIds"]:
        who: dict[str, Any] = {"customer_id": told["customerId"], "owner_id": told["employeeId"], "recipients": named}
        what: dict[str, Any] = {"risk_id": None, "kind": words.MENTION, "level": 1}
        keeping.keep(corp_id=event.corp_id, event_id=event.event_id, due_at=now(), **who, **what)


def risk_closed(event: Incoming) -> None:
    keeping.withdraw(corp_id=event.corp_id, risk_id=event.data["riskId"])
