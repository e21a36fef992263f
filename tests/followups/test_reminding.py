"""People ask for reminders, do them, or call them off: each once, with an event, and never both."""

import datetime as dt
from typing import Any

import pytest

from core.errors import Conflict, RuleViolation
from core.time import now
from corps.actors import SYSTEM
from customers import lifecycle
from customers.models import Customer
from followups import reminding
from followups.models import Reminder
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.followups.operation import hear, story

MOMENT = dt.datetime(2027, 1, 2, 3, 4, tzinfo=dt.UTC)


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


def asked(cast: Cast, customer: Customer, who: str = "owner", **more: Any) -> Reminder:
    given: dict[str, Any] = {"content": " 约看样品 ", "due_at": MOMENT, "source": "operator"} | more
    return reminding.remind(customer=customer, by=cast.actor(who), **given)


def test_a_reminder_is_whose_who_asks_and_its_event_does_not_say_what_is_to_be_done(
    cast: Cast, customer: Customer, recorded: Any
) -> None:
    row = asked(cast, customer)
    stored = Reminder.objects.get()
    assert (stored.pk, stored.corp_id, stored.customer_id, stored.employee_id) == (
        row.pk,
        cast.corp.pk,
        customer.pk,
        cast.owner.pk,
    )
    assert (stored.content, stored.due_at, stored.state, stored.source) == ("约看样品", MOMENT, "open", "operator")
    assert (stored.enrolment_id, stored.step, stored.version) == (None, None, 1)
    data = {"reminderId": row.pk, "customerId": customer.pk, "employeeId": cast.owner.pk}
    assert recorded()[-1] == ("reminder.created", row.pk, data | {"enrolmentId": None, "step": None})
    assert "样品" not in str(OutboxEvent.objects.order_by("-id")[0].payload)


@pytest.mark.parametrize("content", ["", "  ", "长" * 201])
def test_an_empty_or_endless_one_is_refused(cast: Cast, customer: Customer, recorded: Any, content: str) -> None:
    before = recorded()
    with pytest.raises(RuleViolation) as refusal:
        asked(cast, customer, content=content)
    assert (refusal.value.code, refusal.value.errors[0].field) == ("content_invalid", "content")
    assert (Reminder.objects.count(), recorded()) == (0, before)


def test_staff_remind_themselves_managers_their_people_and_nobody_a_stranger(
    cast: Cast, customer: Customer, recorded: Any
) -> None:
    allowed = {("owner", "owner"), ("manager", "colleague"), ("admin", "colleague")}
    refused = {("owner", "colleague"), ("manager", "stranger"), ("admin", "stranger")}
    for who, whom in allowed:
        assert asked(cast, customer, who, employee_id=getattr(cast, whom).pk).employee_id == getattr(cast, whom).pk
    before = recorded()
    for who, whom in refused:
        with pytest.raises(RuleViolation) as refusal:
            asked(cast, customer, who, employee_id=getattr(cast, whom).pk)
        assert refusal.value.code == "employee_unknown", (who, whom)
    assert (Reminder.objects.count(), recorded()) == (len(allowed), before)


def test_a_deleted_customer_needs_no_reminder(cast: Cast, customer: Customer, recorded: Any) -> None:
    lifecycle.delete(customer=customer, by=SYSTEM, source="system")
    before = recorded()
    with pytest.raises(Conflict) as refusal:
        asked(cast, Customer.objects.get())
    assert (refusal.value.code, Reminder.objects.count(), recorded()) == ("customer_deleted", 0, before)


ACTS = [(reminding.done, "done"), (reminding.cancel, "cancelled")]


@pytest.mark.parametrize(("act", "state"), ACTS)
def test_it_is_settled_once_and_by_whom_is_known(
    cast: Cast, customer: Customer, recorded: Any, act: Any, state: str
) -> None:
    row = asked(cast, customer)
    act(reminder=row, by=cast.actor("colleague"), source="api")
    stored = Reminder.objects.get()
    assert (stored.state, stored.settled_by, stored.version) == (state, f"user:{cast.users['colleague'].pk}", 2)
    assert stored.settled_at
    assert stored.settled_at <= now()
    assert recorded()[-1][:2] == (f"reminder.{state}", row.pk)
    before = recorded()
    act(reminder=Reminder.objects.get(), by=SYSTEM, source="api")
    assert (Reminder.objects.values().get()["version"], recorded()) == (2, before)


@pytest.mark.parametrize(("first", "second"), [ACTS, ACTS[::-1]])
def test_what_is_settled_one_way_is_not_settled_the_other(
    cast: Cast, customer: Customer, recorded: Any, first: Any, second: Any
) -> None:
    first[0](reminder=asked(cast, customer), by=SYSTEM, source="api")
    before, events = Reminder.objects.values().get(), recorded()
    with pytest.raises(Conflict) as refusal:
        second[0](reminder=Reminder.objects.get(), by=SYSTEM, source="api")
    assert refusal.value.code == "reminder_settled"
    assert (Reminder.objects.values().get(), recorded()) == (before, events)


def test_a_step_that_a_person_did_is_told_under_the_enrolments_own_id_and_stays_done(
    cast: Cast, customer: Customer, recorded: Any
) -> None:
    events = story(cast.corp.pk, customer.pk)
    hear(*events[:2])
    reminding.done(reminder=Reminder.objects.get(), by=cast.actor("owner"), source="operator")
    name, _pk, data = recorded()[-1]
    assert (name, data["enrolmentId"], data["step"]) == ("reminder.done", "en-1", 1)
    hear(*events[2:])
    row = Reminder.objects.get(step=1)
    assert (row.state, row.settled_by) == ("done", f"user:{cast.users['owner'].pk}")


def test_overdue_are_the_open_ones_whose_time_is_over(cast: Cast, customer: Customer) -> None:
    late = asked(cast, customer, due_at=now() - dt.timedelta(hours=1))
    settled = asked(cast, customer, due_at=now() - dt.timedelta(hours=1))
    asked(cast, customer)
    reminding.cancel(reminder=settled, by=SYSTEM, source="api")
    assert [row.pk for row in Reminder.objects.overdue(now())] == [late.pk]


def test_who_may_see_the_customer_may_see_what_is_to_be_done_for_them(cast: Cast, customer: Customer) -> None:
    asked(cast, customer)
    seen = {name for name in cast.users if Reminder.objects.visible_to(cast.actor(name)).exists()}
    assert seen == {"owner", "manager", "admin"}
