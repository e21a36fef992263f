"""What the readers cost: a handful of statements an event, however much a customer has behind them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from followups import handlers, operation_client
from followups.models import SopEnrolment, TimelineEntry
from messaging.inbox import Incoming
from tests import make
from tests.conftest import Cast
from tests.followups.operation import event, hear, story
from tests.followups.stops.service import CONFIG


def cost(act: Any) -> int:
    with CaptureQueriesContext(connection) as seen:
        act()
    return len([query for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def changed(customer: Customer, n: int) -> Incoming:
    data = {"customerId": customer.pk, "changed": ["name"], "tagIds": [1], "followUserId": None}
    return Incoming(f"e-{n}", ("customer.updated", "customer.tag.added")[n % 2], customer.corp_id, data, 0)


@pytest.fixture
def busy(cast: Cast) -> Customer:
    """One with forty SOPs that are over."""
    row = make.customer(cast.corp, cast.owner)
    given: dict[str, Any] = {"corp": cast.corp, "customer": row, "owner": cast.owner, "state": "ended"}
    SopEnrolment.objects.bulk_create([SopEnrolment(enrolment_id=f"old-{n}", **given) for n in range(40)])
    return row


def test_a_change_of_who_is_in_no_sop_costs_two_looks_and_an_entry_where_there_is_one(busy: Customer) -> None:
    assert [cost(lambda n=n: handlers.customer_changed(changed(busy, n))) for n in range(4)] == [2, 3, 2, 3]
    assert TimelineEntry.objects.count() == 2


def test_an_event_of_an_sop_costs_no_more_for_what_is_over(cast: Cast, busy: Customer) -> None:
    fresh = make.customer(cast.corp, cast.owner)
    both = [[cost(lambda e=e: hear(e)) for e in story(cast.corp.pk, row.pk)[:1]] for row in (fresh,)]
    told = story(cast.corp.pk, busy.pk)
    told[0].data["enrolmentId"] = "en-2"
    assert [[cost(lambda: hear(told[0]))]] == both
    assert both[0][0] <= 16


def test_a_repeat_costs_no_entry(cast: Cast, busy: Customer) -> None:
    told = event("sop.enrolled", cast.corp.pk, enrolmentId="en-1", customerId=busy.pk)
    hear(told, told)
    assert (TimelineEntry.objects.count(), SopEnrolment.objects.filter(state="running").count()) == (1, 1)


def test_the_client_of_a_process_is_made_once_from_the_settings(settings: Any) -> None:
    settings.OPERATION_SERVICE = CONFIG
    operation_client.current.cache_clear()
    assert operation_client.current() is operation_client.current()
    operation_client.current.cache_clear()
