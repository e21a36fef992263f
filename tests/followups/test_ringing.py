"""Ringing for stops: once the change stands, and never its ruin."""

from typing import Any

import pytest

from followups import handlers, ringing, tasks
from messaging.inbox import Incoming
from tests import make
from tests.conftest import Cast


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    rings: list[int] = []
    monkeypatch.setattr(tasks.tell_stops, "delay", lambda: rings.append(1))
    return rings


def test_it_rings_after_the_commit_and_not_before(
    db: None, rung: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ringing.for_stops()
        assert rung == []
    assert rung == [1]


def test_a_broker_that_is_away_fails_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def away() -> None:
        raise ConnectionError

    monkeypatch.setattr(tasks.tell_stops, "delay", away)
    with django_capture_on_commit_callbacks(execute=True) as rings:
        ringing.for_stops()
    assert len(rings) == 1


@pytest.mark.parametrize(("listed", "rings"), [(True, [1]), (False, [])])
def test_a_change_rings_only_where_something_is_to_be_stopped(
    cast: Cast, rung: list[int], listed: bool, rings: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    customer = make.customer(cast.corp, cast.owner, blacklisted=listed)
    make.sop(customer)
    event = Incoming("e", "customer.blacklisted", cast.corp.pk, {"customerId": customer.pk, "until": None}, 0)
    with django_capture_on_commit_callbacks(execute=True):
        handlers.customer_changed(event)
    assert rung == rings


def test_an_event_that_can_stop_nothing_looks_for_nothing(
    cast: Cast, rung: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    customer = make.customer(cast.corp, cast.owner, blacklisted=True)
    make.sop(customer)
    data = {"customerId": customer.pk, "fromStageId": None, "toStageId": 3}
    with django_capture_on_commit_callbacks(execute=True):
        handlers.customer_changed(Incoming("e", "customer.stage.changed", cast.corp.pk, data, 0))
    assert rung == []
