"""Stops can be told by a client that is given, whether or not a service is set: the demo's is."""

from typing import Any

import httpx
import pytest

from customers.models import Customer
from followups import operation_client
from followups.models import SopStop
from followups.stops import sending
from tests import make
from tests.conftest import Cast
from tests.followups.stops.service import client, wanted


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


@pytest.fixture(autouse=True)
def _nowhere(settings: Any) -> None:
    settings.OPERATION_SERVICE = settings.OPERATION_SERVICE | {"URL": ""}


def answering(status: int, body: Any = None) -> operation_client.OperationServiceClient:
    return client(lambda _request: httpx.Response(status, json=body or {"code": "x"}))


@pytest.mark.parametrize(
    ("status", "state", "error"),
    [(200, "told", ""), (404, "moot", ""), (422, "dead", "status 422"), (503, "waiting", "status 503")],
)
def test_it_is_asked_and_its_answer_settles_the_stop(customer: Customer, status: int, state: str, error: str) -> None:
    stop = wanted(customer)
    assert sending.send_due(client=answering(status)) == 1
    stop.refresh_from_db()
    assert (stop.state, stop.tries, stop.last_error) == (state, 1, error)


def test_without_it_and_without_a_service_nothing_is_sent(customer: Customer) -> None:
    stop = wanted(customer)
    assert sending.send_due() == 0
    stop.refresh_from_db()
    assert (stop.state, stop.tries) == ("waiting", 0)


def test_the_process_own_client_is_not_asked_beside_it(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> Any:
        raise AssertionError

    monkeypatch.setattr(operation_client, "current", never)
    wanted(customer)
    assert sending.send_due(client=answering(200)) == 1
    assert SopStop.objects.get().state == "told"
