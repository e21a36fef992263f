"""A stop that is asked for is sent soon: the worker is rung once the event's mark has committed, and only then."""

from typing import Any

import pytest

from corps.actors import SYSTEM
from customers import blacklist, lifecycle
from customers.models import Customer
from followups import handlers, tasks
from followups.models import SopStop
from messaging.inbox import Incoming
from tests import make
from tests.conftest import Cast
from tests.followups.operation import event, hear


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    calls: list[int] = []
    monkeypatch.setattr(tasks.tell_stops, "delay", lambda: calls.append(1))
    return calls


def changed(name: str, customer: Customer) -> None:
    handlers.customer_changed(Incoming(f"e-{name}", name, customer.corp_id, {"customerId": customer.pk}, 0))


def test_the_worker_is_rung_after_the_commit_and_not_for_what_is_asked_already(
    cast: Cast, rung: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    customer = make.customer(cast.corp, cast.owner)
    with django_capture_on_commit_callbacks(execute=True):
        hear(event("sop.enrolled", cast.corp.pk, enrolmentId="en-1", customerId=customer.pk))
        changed("customer.updated", customer)
    assert rung == []
    blacklist.put(customer=Customer.objects.get(), reason="恶意", by=SYSTEM, source="system")
    with django_capture_on_commit_callbacks(execute=True):
        changed("customer.blacklisted", customer)
        assert (rung, SopStop.objects.count()) == ([], 1)
    assert rung == [1]
    with django_capture_on_commit_callbacks(execute=True):
        changed("customer.updated", customer)
    assert (rung, SopStop.objects.count()) == ([1], 1)


def test_so_it_is_for_who_is_enrolled_too_late(
    cast: Cast, rung: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    customer = make.customer(cast.corp, cast.owner)
    lifecycle.delete(customer=customer, by=SYSTEM, source="system")
    with django_capture_on_commit_callbacks(execute=True):
        hear(event("sop.enrolled", cast.corp.pk, enrolmentId="en-1", customerId=customer.pk))
    assert rung == [1]
