"""Rivals among events of SOPs, on a database that has real row locks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from core.retry import atomic_retry
from corps.actors import SYSTEM
from customers import blacklist
from customers.models import Customer
from followups import handlers
from followups.models import Reminder, SopEnrolment, SopStop, TimelineEntry
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from tests import make
from tests.customers.test_concurrency import at_once
from tests.followups.operation import story

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]


def heard(event: Incoming) -> Callable[[], object]:
    return lambda: atomic_retry(handlers.sop_told)(event)


def test_workers_that_hear_of_one_enrolment_at_once_make_one_of_it() -> None:
    corp = make.corp()
    customer = make.customer(corp, make.employee(corp))
    told = story(corp.pk, customer.pk)
    assert at_once([heard(event) for event in told + told[:2]]) == []
    row = SopEnrolment.objects.get()
    assert (row.state, row.step, row.name) == ("ended_early", 2, "新客户欢迎")
    assert dict(Reminder.objects.values_list("step", "state")) == {1: "done", 2: "cancelled"}
    assert TimelineEntry.objects.count() == len(told)


def test_whoever_is_first_an_enrolment_of_a_blacklisted_customer_is_stopped() -> None:
    corp = make.corp()
    for n in range(4):
        customer = make.customer(corp, make.employee(corp))
        begun = story(corp.pk, customer.pk)[0]
        begun.data["enrolmentId"] = f"en-{n}"

        def listed(customer: Customer = customer) -> None:
            row = Customer.objects.get(pk=customer.pk)
            given: dict[str, Any] = {"reason": "恶意", "by": SYSTEM, "source": "operator"}
            atomic_retry(blacklist.put)(customer=row, **given)
            event = OutboxEvent.objects.get(name="customer.blacklisted", aggregate_id=customer.pk)
            atomic_retry(handlers.customer_changed)(
                Incoming(str(event.event_id), event.name, corp.pk, event.payload["data"], 0)
            )

        assert at_once([listed, heard(begun)]) == []
        assert SopStop.objects.get(customer=customer).reason == "blacklisted"
