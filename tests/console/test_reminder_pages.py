"""Reminders in the console: what is to be done, whose it is, and settling one and many."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from core.time import now
from corps.actors import SYSTEM
from customers import collaborating
from customers.models import Customer
from followups.models import Reminder
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page

LIST = "admin:followups_reminder_changelist"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三丰")


def due(days: float) -> dt.datetime:
    return now() + dt.timedelta(days=days)


def listed(cast: Cast, who: str = "owner", **query: str) -> list[str]:
    """What stands in the list, in its order."""
    answer = entered(cast.users[who]).get(reverse(LIST), query)
    assert answer.status_code == 200
    return [str(row) for row in answer.context["cl"].result_list]


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def settled() -> list[str]:
    return [e.name for e in OutboxEvent.objects.filter(name__startswith="reminder.").order_by("pk")]


@pytest.fixture
def some(cast: Cast, customer: Customer) -> dict[str, Reminder]:
    return {
        "late": make.reminder(customer, cast.owner, content="late", due_at=due(-2)),
        "soon": make.reminder(customer, cast.owner, content="soon", due_at=due(3)),
        "far": make.reminder(customer, cast.colleague, content="far", due_at=due(30)),
        "done": make.reminder(customer, cast.owner, content="done", due_at=due(-5), state="done"),
        "off": make.reminder(customer, cast.owner, content="off", due_at=due(1), state="cancelled"),
    }


class TestTheList:
    def test_opens_with_what_is_to_be_done_the_most_urgent_first(self, cast: Cast, some: Any) -> None:
        assert listed(cast) == ["late", "soon", "far"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"state": "done"}, ["done"]),
            ({"state": "cancelled"}, ["off"]),
            ({"state": "nonsense"}, ["late", "soon", "far"]),
            ({"whose": "mine"}, ["late", "soon"]),
            ({"whose": "nonsense"}, ["late", "soon", "far"]),
            ({"due": "overdue"}, ["late"]),
            ({"due": "week"}, ["soon"]),
            ({"due": "nonsense"}, ["late", "soon", "far"]),
            ({"whose": "mine", "due": "overdue", "state": "done"}, ["done"]),
        ],
    )
    def test_is_narrowed(self, cast: Cast, some: Any, query: dict[str, str], found: list[str]) -> None:
        assert listed(cast, **query) == found

    def test_knows_today_by_the_companys_zone(self, cast: Cast, customer: Customer) -> None:
        midnight = now().astimezone(cast.corp.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        for hours, content in ((-1, "yesterday"), (0, "first"), (23, "last"), (25, "tomorrow")):
            make.reminder(customer, cast.owner, content=content, due_at=midnight + dt.timedelta(hours=hours))
        assert listed(cast, due="today") == ["first", "last"]

    def test_an_administrator_who_is_no_employee_has_none_of_their_own(self, cast: Cast, some: Any) -> None:
        assert listed(cast, "admin", whose="mine") == []

    def test_shows_each_role_what_it_may_see(self, cast: Cast, some: Any) -> None:
        assert listed(cast, "manager") == listed(cast, "admin") == ["late", "soon", "far"]
        assert listed(cast, "colleague") == []
        assert listed(cast, "stranger") == []

    def test_says_what_is_overdue(self, cast: Cast, some: Any) -> None:
        content = entered(cast.users["owner"]).get(reverse(LIST), {"due": "overdue"}).content.decode()
        assert "已逾期" in content

    def test_says_that_there_is_nothing_to_do(self, cast: Cast) -> None:
        content = entered(cast.users["owner"]).get(reverse(LIST)).content.decode()
        assert "暂无提醒" in content

    def test_leads_to_the_sop_that_asks(self, cast: Cast, customer: Customer) -> None:
        sop = make.sop(customer)
        row = make.reminder(customer, cast.owner, enrolment=sop, step=1)
        content = entered(cast.users["owner"]).get(page(row, "change")).content.decode()
        assert page(sop, "change") in content
        assert page(customer, "change") in content


class TestSettlingOne:
    def test_it_is_asked_first_then_done_and_told(self, cast: Cast, some: Any) -> None:
        client, row = entered(cast.users["owner"]), some["late"]
        assert client.get(page(row, "done")).status_code == 200
        row.refresh_from_db()
        assert row.state == "open"
        answer = client.post(page(row, "done"))
        row.refresh_from_db()
        assert (row.state, row.settled_by) == ("done", cast.actor("owner").label)
        assert settled() == ["reminder.done"]
        assert told(answer) == ["已标记为完成。"]

    def test_it_is_called_off(self, cast: Cast, some: Any) -> None:
        entered(cast.users["owner"]).post(page(some["soon"], "cancel"))
        some["soon"].refresh_from_db()
        assert some["soon"].state == "cancelled"
        assert settled() == ["reminder.cancelled"]

    def test_what_is_done_is_not_called_off(self, cast: Cast, some: Any) -> None:
        answer = entered(cast.users["owner"]).post(page(some["done"], "cancel"))
        assert answer.status_code == 200
        some["done"].refresh_from_db()
        assert some["done"].state == "done"
        assert settled() == []

    def test_the_page_offers_no_act_for_what_is_settled(self, cast: Cast, some: Any) -> None:
        client = entered(cast.users["owner"])
        assert page(some["late"], "done") in client.get(page(some["late"], "change")).content.decode()
        assert page(some["done"], "done") not in client.get(page(some["done"], "change")).content.decode()

    def test_who_may_only_read_the_customer_is_offered_none_and_refused(
        self, cast: Cast, customer: Customer, some: Any
    ) -> None:
        by: dict[str, Any] = {"by": SYSTEM, "source": "system"}
        collaborating.add_collaborators(customer=customer, employee_ids=[cast.colleague.pk], **by)
        client, row = entered(cast.users["colleague"]), some["late"]
        assert page(row, "done") not in client.get(page(row, "change")).content.decode()
        assert client.post(page(row, "done")).status_code == 200
        row.refresh_from_db()
        assert row.state == "open"
        assert settled() == []

    def test_anothers_is_not_there(self, cast: Cast, some: Any) -> None:
        entered(cast.users["colleague"]).post(page(some["late"], "done"))
        some["late"].refresh_from_db()
        assert some["late"].state == "open"


class TestSettlingMany:
    def posted(self, cast: Cast, action: str, rows: list[Reminder], who: str = "owner", **more: str) -> Any:
        data = {"action": action, "_selected_action": [str(row.pk) for row in rows], **more}
        return entered(cast.users[who]).post(reverse(LIST), data)

    def test_the_chosen_are_named_before_anything_is_done(self, cast: Cast, some: Any) -> None:
        answer = self.posted(cast, "done_all", [some["late"], some["soon"]])
        content = answer.content.decode()
        assert "late" in content
        assert "共 2 条提醒" in content
        assert settled() == []

    def test_then_each_is_done_and_the_page_says_how_many(self, cast: Cast, some: Any) -> None:
        answer = self.posted(cast, "done_all", [some["late"], some["soon"]], apply="1")
        assert told(answer) == ["已处理 2 条提醒，0 条此前已处理，0 条被拒绝。"]
        assert settled() == ["reminder.done"] * 2

    def test_they_are_called_off(self, cast: Cast, some: Any) -> None:
        self.posted(cast, "cancel_all", [some["far"]], apply="1")
        some["far"].refresh_from_db()
        assert some["far"].state == "cancelled"
        assert settled() == ["reminder.cancelled"]

    def test_what_can_not_be_is_counted_with_its_reason(self, cast: Cast, customer: Customer, some: Any) -> None:
        data = {"action": "done_all", "_selected_action": [str(some["off"].pk)], "apply": "1"}
        answer = entered(cast.users["owner"]).post(reverse(LIST) + "?state=cancelled", data)
        (message,) = told(answer)
        assert "1 条被拒绝" in message
        some["off"].refresh_from_db()
        assert some["off"].state == "cancelled"
        assert settled() == []
