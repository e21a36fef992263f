"""What makes an SOP senseless stops it: once, whichever event tells, and only where it runs."""

from collections.abc import Callable
from typing import Any

import pytest

from core.time import now
from corps.actors import SYSTEM
from customers import blacklist, lifecycle, tagging
from customers.choices import RelationStatus
from customers.models import Customer
from followups import handlers, stops
from followups.models import Reminder, SopEnrolment, SopStop
from messaging import subscriptions
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring import readings
from tests.followups.operation import event, hear, story

AS: dict[str, Any] = {"by": SYSTEM, "source": "system"}


@pytest.fixture
def goal(cast: Cast) -> Any:
    return make.tag(make.group(cast.corp), name="已成交")


@pytest.fixture
def customer(cast: Cast, goal: Any) -> Customer:
    """One in an SOP whose first step is due."""
    row = make.customer(cast.corp, cast.owner)
    hear(*story(cast.corp.pk, row.pk, goalTagId=goal.pk)[:2])
    return row


def fresh() -> Customer:
    return Customer.objects.get()


def tell_all() -> None:
    """All that was recorded comes to the reader of timelines and stops."""
    for row in OutboxEvent.objects.order_by("pk"):
        if "followups.handlers.customer_changed" in subscriptions.handlers_of(row.name):
            handlers.customer_changed(Incoming(str(row.event_id), row.name, row.corp_id, row.payload["data"], 0))


def _left(cast: Cast, goal: Any) -> None:
    row = fresh()
    readings.end(cast.corp, row.external_userid, cast.owner.userid, "customer", 3, ticket=3)


STORIES: dict[str, tuple[str, Callable[[Cast, Any], object]]] = {
    "deleted": ("lost", lambda cast, goal: lifecycle.delete(customer=fresh(), **AS)),
    "left": ("lost", _left),
    "moved": (
        "transferred",
        lambda cast, goal: lifecycle.update(customer=fresh(), follow_user_id=cast.colleague.pk, **AS),
    ),
    "listed": ("blacklisted", lambda cast, goal: blacklist.put(customer=fresh(), reason="恶意", **AS)),
    "won": ("goal", lambda cast, goal: tagging.add_tags(customer=fresh(), tag_ids=[goal.pk], **AS)),
}


@pytest.mark.parametrize("name", STORIES)
def test_it_is_stopped_once_and_nobody_is_reminded_any_more(
    cast: Cast, customer: Customer, goal: Any, name: str
) -> None:
    tell_all()
    assert not SopStop.objects.exists()
    reason, act = STORIES[name]
    act(cast, goal)
    events = OutboxEvent.objects.count()
    tell_all()
    tell_all()
    stop, row = SopStop.objects.get(), SopEnrolment.objects.get()
    assert (stop.reason, stop.enrolment_id, stop.customer_id, stop.corp_id) == (
        reason,
        row.pk,
        customer.pk,
        cast.corp.pk,
    )
    assert (stop.state, stop.tries) == ("waiting", 0)
    assert stop.due_at <= now()
    # It runs on until the operation service says that it has ended.
    assert row.state == "running"
    reminder = Reminder.objects.get()
    # Under a new version, which tells whoever has read the open one.
    assert (reminder.state, reminder.settled_by, reminder.version) == ("cancelled", "sop", 2)
    assert OutboxEvent.objects.count() == events


def test_what_changes_nothing_of_that_stops_nothing(cast: Cast, customer: Customer) -> None:
    other = make.tag(make.group(cast.corp))
    lifecycle.update(customer=fresh(), name="李四", **AS)
    tagging.add_tags(customer=fresh(), tag_ids=[other.pk], **AS)
    make.relation(fresh(), cast.colleague)
    tell_all()
    assert not SopStop.objects.exists()
    assert Reminder.objects.get().state == "open"


def test_an_sop_that_has_ended_is_not_stopped_and_one_that_runs_beside_it_is(cast: Cast, customer: Customer) -> None:
    hear(event("sop.ended", cast.corp.pk, enrolmentId="en-1", customerId=customer.pk))
    hear(event("sop.enrolled", cast.corp.pk, enrolmentId="en-2", customerId=customer.pk))
    blacklist.put(customer=fresh(), reason="恶意", **AS)
    tell_all()
    assert SopStop.objects.get().enrolment.enrolment_id == "en-2"


def test_who_never_had_a_follower_is_not_lost_for_that(cast: Cast) -> None:
    row = make.customer(cast.corp)
    hear(event("sop.enrolled", cast.corp.pk, enrolmentId="en-1", customerId=row.pk))
    assert (stops.check(row), SopStop.objects.count()) == (0, 0)
    row.relations.create(corp=cast.corp, employee=cast.owner, status=RelationStatus.ENDED_BY_CUSTOMER)
    assert stops.check(row) == 0


def test_an_end_that_comes_after_the_stop_closes_the_enrolment(cast: Cast, customer: Customer) -> None:
    blacklist.put(customer=fresh(), reason="恶意", **AS)
    tell_all()
    hear(event("sop.ended", cast.corp.pk, enrolmentId="en-1", customerId=customer.pk, reason="blacklisted"))
    assert SopEnrolment.objects.values_list("state", "why").get() == ("ended_early", "blacklisted")
