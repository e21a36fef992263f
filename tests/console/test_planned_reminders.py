"""The next time of a follow-up on the page of reminders, and over the API: found, moved, done and taken away."""

import datetime as dt
from typing import Any

import pytest

from core.time import now, to_wire
from corps.actors import SYSTEM
from customers.models import Customer
from followups import revising
from followups.models import FollowUp, Reminder
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page

SOON = dt.datetime(2099, 1, 2, 3, 4, tzinfo=dt.UTC)
LATER = SOON + dt.timedelta(days=7)
BY: Any = {"by": SYSTEM, "source": "operator"}


@pytest.fixture
def planned(cast: Cast) -> FollowUp:
    """The owner's follow-up with a next time."""
    return make.follow_up(
        make.customer(cast.corp, cast.owner, name="张三丰"), cast.owner, content="约看样品", next_at=SOON
    )


def listed(cast: Cast, who: str = "owner", **query: str) -> list[Reminder]:
    answer = entered(cast.users[who]).get(page(Reminder, "changelist"), query)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def due(rows: list[Reminder]) -> list[tuple[Any, str]]:
    return [(row.due_at, row.state) for row in rows]


def test_a_plan_stands_on_the_page_with_the_words_of_its_follow_up(cast: Cast, planned: FollowUp) -> None:
    (row,) = listed(cast)
    assert (row.follow_up_id, row.content, row.due_at, row.employee_id) == (
        planned.pk,
        "约看样品",
        SOON,
        cast.owner.pk,
    )
    shown = entered(cast.users["owner"]).get(page(row, "change")).content.decode()
    assert "约看样品" in shown
    assert "张三丰" in shown


def test_the_most_urgent_stands_first_whether_it_was_planned_or_asked_for(cast: Cast, planned: FollowUp) -> None:
    after = make.reminder(planned.customer, cast.owner, due_at=LATER)
    before = make.reminder(planned.customer, cast.owner, due_at=now())
    plan = Reminder.objects.get(follow_up=planned)
    assert listed(cast) == [before, plan, after]


def test_another_next_time_moves_it_and_none_takes_it_off_the_page(cast: Cast, planned: FollowUp) -> None:
    revising.edit(follow_up=planned, next_at=LATER, **BY)
    assert due(listed(cast)) == [(LATER, "open")]
    assert due(listed(cast, state="cancelled")) == [(SOON, "cancelled")]
    revising.edit(follow_up=FollowUp.objects.get(), next_at=None, **BY)
    assert listed(cast) == []
    assert len(listed(cast, state="cancelled")) == 2


def test_what_the_next_follow_up_did_is_among_the_done(cast: Cast, planned: FollowUp) -> None:
    make.follow_up(planned.customer, cast.owner)
    assert listed(cast) == []
    assert due(listed(cast, state="done")) == [(SOON, "done")]


def test_with_a_deleted_follow_up_its_plan_is_called_off_and_stays_readable(cast: Cast, planned: FollowUp) -> None:
    revising.delete(follow_up=planned, **BY)
    (row,) = listed(cast, state="cancelled")
    assert (row.follow_up_id, row.content) == (None, "约看样品")
    assert entered(cast.users["owner"]).get(page(row, "change")).status_code == 200


def test_mine_are_those_that_i_am_to_do(cast: Cast, planned: FollowUp) -> None:
    make.follow_up(planned.customer, cast.colleague, next_at=LATER)
    assert due(listed(cast, whose="mine")) == [(SOON, "open")]
    assert due(listed(cast)) == [(SOON, "open"), (LATER, "open")]


def test_a_colleague_who_does_not_see_the_customer_sees_no_plan(cast: Cast, planned: FollowUp) -> None:
    assert (listed(cast, "colleague"), listed(cast, "stranger")) == ([], [])
    row = Reminder.objects.get()
    assert entered(cast.users["stranger"]).get(page(row, "change")).status_code != 200
    assert len(listed(cast, "manager")) == 1


def test_a_plan_of_a_merged_record_is_seen_by_who_follows_the_kept_one(cast: Cast, planned: FollowUp) -> None:
    kept = make.customer(cast.corp, cast.colleague)
    assert listed(cast, "colleague") == []
    make.merge(kept, Customer.objects.get(pk=planned.customer_id))
    assert due(listed(cast, "colleague")) == [(SOON, "open")]


def test_the_api_lists_it_and_settles_it_once(cast: Cast, planned: FollowUp, recorded: Any) -> None:
    client = api.client(cast.corp)
    (told,) = client.get("/api/v1/reminders", {"customerId": planned.customer_id}).json()["list"]
    assert (told["dueAt"], told["content"], told["employeeId"]) == (to_wire(SOON), "约看样品", cast.owner.pk)
    assert client.get("/api/v1/reminders", {"overdue": "true"}).json()["list"] == []
    assert client.post(f"/api/v1/reminders/{told['id']}/done").status_code == 200
    assert recorded()[-1][:2] == ("reminder.done", told["id"])
    before = recorded()
    answer = client.post(f"/api/v1/reminders/{told['id']}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "reminder_settled")
    assert (Reminder.objects.get().state, recorded()) == ("done", before)
    # The follow-up keeps saying when the next time was to be.
    assert FollowUp.objects.get().next_at == SOON
