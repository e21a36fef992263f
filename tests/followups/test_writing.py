import datetime as dt

import pytest

from core.errors import Conflict, RuleViolation
from core.time import now, to_wire
from corps.actors import SYSTEM
from customers import lifecycle
from customers.models import Customer
from followups import writing
from followups.models import FollowUp
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


def test_a_follow_up_is_its_writers_and_happened_now_and_its_event_has_no_content(
    cast: Cast, customer: Customer, recorded
) -> None:
    row = writing.write(customer=customer, content="  电话沟通 ", by=cast.actor("owner"), source="operator")
    stored = FollowUp.objects.get()
    assert (stored.pk, stored.corp_id, stored.customer_id) == (row.pk, cast.corp.pk, customer.pk)
    assert (stored.content, stored.employee_id, stored.actor) == (
        "电话沟通",
        cast.owner.pk,
        f"user:{cast.users['owner'].pk}",
    )
    assert abs(stored.happened_at - now()) < dt.timedelta(minutes=1)
    data = {"customerId": customer.pk, "followUpId": row.pk, "employeeId": cast.owner.pk}
    data |= {"happenedAt": to_wire(row.happened_at), "mentionedIds": []}
    assert recorded()[-1] == ("customer.followup.created", row.pk, data)
    event = OutboxEvent.objects.order_by("-id")[0]
    assert (event.aggregate_type, event.payload["source"]) == ("follow_up", "operator")
    assert "电话" not in str(event.payload)


def test_it_may_lie_in_the_past_and_be_anothers_work(cast: Cast, customer: Customer) -> None:
    moment = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
    by = make.service(cast.corp)
    writing.write(
        customer=customer, content="到店", by=by, source="api", employee_id=cast.colleague.pk, happened_at=moment
    )
    row = FollowUp.objects.get()
    assert (row.happened_at, row.employee_id, row.actor) == (moment, cast.colleague.pk, by.label)


def test_a_service_that_names_nobody_leaves_the_employee_open(cast: Cast, customer: Customer) -> None:
    assert writing.write(customer=customer, content="x", by=make.service(cast.corp), source="api").employee_id is None


@pytest.mark.parametrize("content", ["", " \n ", "长" * 5_001])
def test_an_empty_or_endless_follow_up_is_refused(cast: Cast, customer: Customer, recorded, content: str) -> None:
    before = recorded()
    with pytest.raises(RuleViolation) as refusal:
        writing.write(customer=customer, content=content, by=SYSTEM, source="api")
    assert (refusal.value.code, refusal.value.errors[0].field) == ("content_invalid", "content")
    assert not FollowUp.objects.exists()
    assert recorded() == before


def test_five_thousand_characters_are_taken(cast: Cast, customer: Customer) -> None:
    assert len(writing.write(customer=customer, content="长" * 5_000, by=SYSTEM, source="api").content) == 5_000


def test_the_future_is_refused_but_a_clock_a_little_ahead_isnt(cast: Cast, customer: Customer, recorded) -> None:
    before = recorded()
    with pytest.raises(RuleViolation) as refusal:
        writing.write(
            customer=customer, content="x", by=SYSTEM, source="api", happened_at=now() + dt.timedelta(minutes=6)
        )
    assert refusal.value.code == "happened_in_future"
    assert recorded() == before
    soon = now() + dt.timedelta(minutes=4)
    assert writing.write(customer=customer, content="x", by=SYSTEM, source="api", happened_at=soon).happened_at == soon


@pytest.mark.parametrize(
    ("who", "for_whom", "allowed"),
    [
        ("owner", "owner", True),
        ("owner", "colleague", False),
        ("manager", "colleague", True),
        ("manager", "stranger", False),
        ("admin", "colleague", True),
        ("admin", "stranger", False),
    ],
)
def test_staff_write_for_themselves_managers_for_their_people_and_nobody_for_strangers(
    cast: Cast, customer: Customer, recorded, who: str, for_whom: str, allowed: bool
) -> None:
    before, employee = recorded(), getattr(cast, for_whom)
    if allowed:
        row = writing.write(
            customer=customer, content="x", by=cast.actor(who), source="operator", employee_id=employee.pk
        )
        assert row.employee_id == employee.pk
        return
    with pytest.raises(RuleViolation) as refusal:
        writing.write(customer=customer, content="x", by=cast.actor(who), source="operator", employee_id=employee.pk)
    assert (refusal.value.code, refusal.value.errors[0].field) == ("employee_unknown", "employeeId")
    assert not FollowUp.objects.exists()
    assert recorded() == before


def test_a_deleted_customer_takes_no_follow_up(cast: Cast, customer: Customer, recorded) -> None:
    stale = Customer.objects.get(pk=customer.pk)
    lifecycle.delete(customer=customer, by=SYSTEM, source="system")
    before = recorded()
    with pytest.raises(Conflict) as refusal:
        writing.write(customer=stale, content="x", by=SYSTEM, source="api")
    assert refusal.value.code == "customer_deleted"
    assert not FollowUp.objects.exists()
    assert recorded() == before
