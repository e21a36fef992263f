"""What is to be told becomes rows: once an event and colleague, withdrawn when it is over, forgotten after a month."""

import datetime as dt
from typing import Any

import pytest

from core.time import now, to_wire
from messaging.inbox import Incoming
from scrm_customer.subscriptions import SUBSCRIPTIONS
from tests import make
from tests.conftest import Cast
from wecom import handlers, tasks
from wecom.models import Notice
from wecom.notices import keeping

State = Notice.State


def opened(cast: Cast, event_id: str = "e-1", **data: Any) -> Incoming:
    told = {
        "riskId": 9,
        "kind": "customer_deleted",
        "level": 3,
        "customerId": 4,
        "employeeId": cast.owner.pk,
        "openedAt": to_wire(now()),
        "recipients": [cast.owner.pk, cast.manager.pk],
        "deliverAt": to_wire(now()),
    }
    return Incoming(event_id=event_id, name="risk.opened", corp_id=cast.corp.pk, data=told | data, hops=1)


def closed(cast: Cast, risk_id: int = 9) -> Incoming:
    data = {"riskId": risk_id, "kind": "silence", "customerId": 4, "employeeId": None, "why": "passed"}
    return Incoming(event_id="e-2", name="risk.closed", corp_id=cast.corp.pk, data=data, hops=1)


def states() -> list[str]:
    return list(Notice.objects.order_by("id").values_list("state", flat=True))


def test_each_who_is_to_be_told_has_a_row(cast: Cast) -> None:
    at = now() + dt.timedelta(hours=5)
    handlers.risk_opened(opened(cast, deliverAt=to_wire(at)))
    rows = list(Notice.objects.order_by("employee_id"))
    assert [row.employee for row in rows] == [cast.owner, cast.manager]
    assert {(row.kind, row.level, row.customer_id, row.owner_id, row.risk_id, row.state) for row in rows} == {
        ("customer_deleted", 3, 4, cast.owner.pk, 9, State.WAITING)
    }
    assert {to_wire(row.due_at) for row in rows} == {to_wire(at)}


def test_the_same_event_twice_is_one_message_and_another_is_another(cast: Cast) -> None:
    for event_id in ("e-1", "e-1", "e-3"):
        handlers.risk_opened(opened(cast, event_id))
    assert Notice.objects.count() == 4


@pytest.mark.parametrize("data", [{"recipients": []}, {"deliverAt": None}, {"deliverAt": "soon"}])
def test_what_is_not_to_be_told_leaves_nothing(cast: Cast, data: dict[str, Any]) -> None:
    handlers.risk_opened(opened(cast, **data))
    assert states() == []


def test_people_of_another_company_are_not_told(cast: Cast) -> None:
    handlers.risk_opened(opened(cast, recipients=[cast.stranger.pk, cast.owner.pk, 10**9]))
    assert [row.employee for row in Notice.objects.all()] == [cast.owner]


def test_a_warning_that_is_over_is_not_told_any_more(cast: Cast) -> None:
    handlers.risk_opened(opened(cast))
    Notice.objects.filter(employee=cast.owner).update(state=State.SENT)
    handlers.risk_closed(closed(cast))
    assert states() == [State.SENT, State.WITHDRAWN]
    assert Notice.objects.get(state=State.WITHDRAWN).settled_at is not None


def test_only_its_own_is_withdrawn(cast: Cast) -> None:
    handlers.risk_opened(opened(cast))
    make.notice(cast.stranger, risk_id=9)
    handlers.risk_closed(closed(cast, 8))
    assert set(states()) == {State.WAITING}
    handlers.risk_closed(closed(cast))
    assert Notice.objects.get(state=State.WAITING).employee == cast.stranger


def test_what_was_settled_a_month_ago_is_forgotten(cast: Cast) -> None:
    month = dt.timedelta(days=31)
    make.notice(cast.owner, settled_at=now() - month, state=State.SENT)
    make.notice(cast.owner, settled_at=now(), state=State.SENT)
    waiting = make.notice(cast.owner, due_at=now() - month)
    tasks.prune_notices()
    assert Notice.objects.count() == 2
    assert Notice.objects.filter(pk=waiting.pk).exists()
    assert keeping.prune() == 0


def test_the_handlers_stand_in_the_table_of_subscriptions() -> None:
    assert "wecom.handlers.risk_opened" in SUBSCRIPTIONS["risk.opened"]
    assert "wecom.handlers.risk_closed" in SUBSCRIPTIONS["risk.closed"]
