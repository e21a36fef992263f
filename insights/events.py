"""The events of warnings: their names, and what each tells (tests/contracts holds the schemas)."""

from collections.abc import Sequence
from typing import Any

from core.time import to_wire
from corps.actors import Actor
from insights.models import RiskAlert
from insights.risks.delivery import Plan
from messaging import outbox

OPENED = "risk.opened"
CLOSED = "risk.closed"


def tell_opened(alerts: Sequence[RiskAlert], plans: Sequence[Plan], *, by: Actor, source: str) -> None:
    """Each of these has just opened, at its present version; each plan says who is to be told of it in WeCom, and when.

    The wall knows nothing of warnings: what it needs for the message is in the event.
    """
    told = []
    for alert, plan in zip(alerts, plans, strict=True):
        data: dict[str, Any] = {"level": alert.level, "openedAt": to_wire(alert.opened_at)}
        data |= {"recipients": plan.recipients, "deliverAt": to_wire(plan.at)}
        told.append((OPENED, alert, _core(alert) | data))
    outbox.record_many(told, source=source, actor=by.label)


def tell_closed(alerts: Sequence[RiskAlert], *, why: str, by: Actor, source: str) -> None:
    """Each of these is over. ``why``: ``passed`` by itself, ``handled`` by somebody, ``withdrawn``: it never was."""
    told = [(CLOSED, alert, _core(alert) | {"why": why}) for alert in alerts]
    outbox.record_many(told, source=source, actor=by.label)


def _core(alert: RiskAlert) -> dict[str, Any]:
    return {
        "riskId": alert.pk,
        "kind": alert.kind,
        "customerId": alert.customer_id,
        "employeeId": alert.employee_id,
    }
