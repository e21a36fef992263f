"""The next time of a follow-up is a reminder, and the colleague's next follow-up on the customer has done it."""

import datetime as dt
from typing import Any

import pytest

from core.errors import RuleViolation
from core.time import now
from corps.actors import SYSTEM
from customers.models import Customer
from followups import reminding, revising, writing
from followups.models import FollowUp, Reminder
from tests import make
from tests.conftest import Cast

SOON = dt.datetime(2099, 1, 2, 3, 4, tzinfo=dt.UTC)
LATER = SOON + dt.timedelta(days=7)


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


def write(cast: Cast, customer: Customer, who: str = "owner", **more: Any) -> FollowUp:
    given = {"content": "约看\n样品", "source": "operator"} | more
    return writing.write(customer=customer, by=cast.actor(who), **given)


def states() -> list[tuple[str, Any]]:
    return list(Reminder.objects.order_by("id").values_list("state", "due_at"))


def test_a_next_time_is_a_reminder_of_whoever_the_work_is(cast: Cast, customer: Customer, recorded: Any) -> None:
    row = write(cast, customer, next_at=SOON)
    plan = Reminder.objects.get()
    assert (plan.customer_id, plan.employee_id, plan.follow_up_id, plan.due_at) == (
        customer.pk,
        cast.owner.pk,
        row.pk,
        SOON,
    )
    assert (plan.content, plan.state, plan.source, row.next_at) == ("约看 样品", "open", "operator", SOON)
    assert [name for name, _pk, _data in recorded()[-2:]] == ["customer.followup.created", "reminder.created"]


def test_without_a_next_time_nothing_is_planned(cast: Cast, customer: Customer) -> None:
    write(cast, customer)
    assert not Reminder.objects.exists()


def test_a_next_time_that_has_passed_is_refused_and_nothing_is_written(
    cast: Cast, customer: Customer, recorded: Any
) -> None:
    before = recorded()
    with pytest.raises(RuleViolation) as refusal:
        write(cast, customer, next_at=now() - dt.timedelta(seconds=1))
    assert (refusal.value.code, refusal.value.errors[0].field) == ("next_in_past", "nextAt")
    assert (FollowUp.objects.count(), Reminder.objects.count(), recorded()) == (0, 0, before)


def test_the_next_follow_up_has_done_it(cast: Cast, customer: Customer, recorded: Any) -> None:
    write(cast, customer, next_at=SOON)
    write(cast, customer, next_at=LATER)
    assert states() == [("done", SOON), ("open", LATER)]
    names = [name for name, _pk, _data in recorded()[-3:]]
    assert names == ["customer.followup.created", "reminder.done", "reminder.created"]
    write(cast, customer)
    assert states() == [("done", SOON), ("done", LATER)]
    assert Reminder.objects.filter(settled_by=cast.actor("owner").label).count() == 2


def test_what_others_write_or_what_was_of_another_customer_does_nothing_of_it(cast: Cast, customer: Customer) -> None:
    write(cast, customer, next_at=SOON)
    write(cast, customer, "manager")
    write(cast, make.customer(cast.corp, cast.owner))
    assert states() == [("open", SOON)]


def test_a_note_of_a_time_before_the_plan_does_nothing_of_it(cast: Cast, customer: Customer) -> None:
    write(cast, customer, next_at=SOON)
    write(cast, customer, happened_at=now() - dt.timedelta(days=3))
    assert states() == [("open", SOON)]


def test_what_people_asked_for_beside_it_stays(cast: Cast, customer: Customer) -> None:
    asked = {"content": "寄样品", "due_at": SOON, "by": cast.actor("owner"), "source": "operator"}
    reminding.remind(customer=customer, **asked)
    write(cast, customer)
    assert states() == [("open", SOON)]


def test_another_next_time_is_another_reminder_and_none_is_none(cast: Cast, customer: Customer) -> None:
    row = write(cast, customer, next_at=SOON)
    revising.edit(follow_up=row, next_at=LATER, by=SYSTEM, source="api")
    assert states() == [("cancelled", SOON), ("open", LATER)]
    revising.edit(follow_up=row, next_at=None, by=SYSTEM, source="api")
    assert states() == [("cancelled", SOON), ("cancelled", LATER)]
    assert FollowUp.objects.get().next_at is None


def test_other_words_leave_the_plan_as_it_is(cast: Cast, customer: Customer) -> None:
    row = write(cast, customer, next_at=SOON)
    revising.edit(follow_up=row, content="改", by=SYSTEM, source="api")
    assert states() == [("open", SOON)]


def test_one_that_is_done_is_not_called_off_by_a_change(cast: Cast, customer: Customer) -> None:
    row = write(cast, customer, next_at=SOON)
    reminding.done(reminder=Reminder.objects.get(), by=cast.actor("owner"), source="operator")
    revising.edit(follow_up=row, next_at=LATER, by=SYSTEM, source="api")
    assert states() == [("done", SOON), ("open", LATER)]


def test_a_deleted_follow_up_plans_nothing_any_more(cast: Cast, customer: Customer, recorded: Any) -> None:
    row = write(cast, customer, next_at=SOON)
    revising.delete(follow_up=row, by=cast.actor("owner"), source="operator")
    plan = Reminder.objects.get()
    assert (plan.state, plan.follow_up_id) == ("cancelled", None)
    assert [name for name, _pk, _data in recorded()[-2:]] == ["reminder.cancelled", "customer.followup.deleted"]
