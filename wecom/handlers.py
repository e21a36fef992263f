"""What events of this service mean for WeCom: warnings are told there."""

from django.utils.dateparse import parse_datetime

from messaging.inbox import Incoming
from wecom.notices import keeping


def risk_opened(event: Incoming) -> None:
    """Have the colleagues told whom the event names, when it says."""
    told, due_at = event.data, parse_datetime(str(event.data.get("deliverAt") or ""))
    if due_at and told["recipients"]:
        who = {"customer_id": told["customerId"], "owner_id": told["employeeId"], "recipients": told["recipients"]}
        what = {"risk_id": told["riskId"], "kind": told["kind"], "level": told["level"]}
        keeping.keep(corp_id=event.corp_id, event_id=event.event_id, due_at=due_at, **who, **what)


def risk_closed(event: Incoming) -> None:
    keeping.withdraw(corp_id=event.corp_id, risk_id=event.data["riskId"])
