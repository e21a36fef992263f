"""SOPs and their stops in the console: who is in one, how far, what is due, and what the other side would not hear."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from core.time import now
from customers.models import Customer
from followups import tasks
from followups.models import SopEnrolment, SopStop
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page

LIST = "admin:followups_sopenrolment_changelist"
STOPS = "admin:followups_sopstop_changelist"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三丰")


@pytest.fixture
def sop(customer: Customer) -> SopEnrolment:
    return make.sop(customer, name="新客户欢迎", step=2, steps=5)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often somebody rang for the stops to be told."""
    rings: list[int] = []
    monkeypatch.setattr(tasks.tell_stops, "delay", lambda: rings.append(1))
    return rings


def content(cast: Cast, address: str, who: str = "owner", **query: str) -> str:
    answer = entered(cast.users[who]).get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(cast: Cast, who: str = "owner", **query: str) -> list[str]:
    answer = entered(cast.users[who]).get(reverse(LIST), query)
    return [str(row) for row in answer.context["cl"].result_list]


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


class TestTheList:
    def test_opens_with_those_that_run_the_newest_first(self, cast: Cast, customer: Customer) -> None:
        for name, state in (("one", "running"), ("two", "ended"), ("three", "ended_early"), ("four", "running")):
            make.sop(customer, name=name, state=state)
        assert listed(cast) == ["four", "one"]
        assert listed(cast, state="ended") == ["two"]
        assert listed(cast, state="ended_early") == ["three"]
        assert listed(cast, state="nonsense") == ["four", "one"]

    def test_is_narrowed_to_one_sop_and_to_one_follower(self, cast: Cast, customer: Customer) -> None:
        make.sop(customer, name="one", sop_id="welcome")
        make.sop(customer, name="two", sop_id="birthday")
        make.sop(customer, name="three", owner_id=cast.colleague.pk)
        assert listed(cast, sop_id="birthday") == ["two"]
        assert listed(cast, owner__id__exact=str(cast.colleague.pk)) == ["three"]

    def test_shows_how_far_it_is_and_what_is_due_next(self, cast: Cast, customer: Customer, sop: Any) -> None:
        for step, days in ((1, -9), (2, 4), (3, 2)):
            state = "done" if step == 1 else "open"
            due = now() + dt.timedelta(days=days)
            make.reminder(customer, cast.owner, enrolment=sop, step=step, due_at=due, state=state)
        answer = entered(cast.users["owner"]).get(reverse(LIST))
        (row,) = answer.context["cl"].result_list
        assert row.due_at == sop.reminders.get(step=3).due_at
        assert "2 / 5" in answer.content.decode()

    def test_says_which_are_to_be_stopped(self, cast: Cast, sop: SopEnrolment) -> None:
        assert "待停止" not in content(cast, reverse(LIST))
        make.sop_stop(sop)
        assert "待停止" in content(cast, reverse(LIST))

    def test_shows_each_role_what_it_may_see(self, cast: Cast, sop: SopEnrolment) -> None:
        assert listed(cast, "manager") == listed(cast, "admin") == ["新客户欢迎"]
        assert listed(cast, "colleague") == listed(cast, "stranger") == []

    def test_says_that_nobody_is_in_one(self, cast: Cast) -> None:
        assert "还没有客户" in content(cast, reverse(LIST))

    def test_its_cost_is_bounded_for_whoever_sees_few_of_many(
        self, cast: Cast, customer: Customer, django_assert_max_num_queries: Any
    ) -> None:
        for _n in range(12):
            make.sop_stop(row := make.sop(customer))
            make.reminder(customer, cast.owner, enrolment=row, step=1)
            make.sop(make.customer(cast.corp, cast.colleague))
        client = entered(cast.users["owner"])
        client.get(reverse(LIST))
        # Session, user and company, the sandbox's mark; count, rows, stops and what is due.
        with django_assert_max_num_queries(9):
            answer = client.get(reverse(LIST))
        assert len(answer.context["cl"].result_list) == 12


class TestThePage:
    def test_shows_its_steps_with_what_became_of_them(self, cast: Cast, customer: Customer, sop: Any) -> None:
        first = make.reminder(customer, cast.owner, enrolment=sop, step=1, content="打招呼", state="done")
        second = make.reminder(customer, cast.owner, enrolment=sop, step=2, content="发手册")
        shown = content(cast, page(sop, "change"))
        assert shown.index("打招呼") < shown.index("发手册")
        assert page(first, "change") in shown
        assert page(second, "change") in shown
        assert page(customer, "change") in shown

    def test_without_steps_it_says_so(self, cast: Cast, sop: SopEnrolment) -> None:
        assert "还没有到期的步骤" in content(cast, page(sop, "change"))

    def test_shows_why_it_is_to_be_stopped(self, cast: Cast, sop: SopEnrolment) -> None:
        make.sop_stop(sop, reason="blacklisted", state="dead", last_error="status 422")
        assert "黑名单" in content(cast, page(sop, "change"))
        assert "status 422" in content(cast, page(sop, "change"), "admin")

    def test_nobody_changes_or_adds_one_by_hand(self, cast: Cast, sop: SopEnrolment) -> None:
        client = entered(cast.users["admin"])
        assert client.get(reverse("admin:followups_sopenrolment_add")).status_code == 403
        assert client.post(page(sop, "change"), {"name": "anders"}).status_code == 403
        sop.refresh_from_db()
        assert sop.name == "新客户欢迎"


class TestStops:
    @pytest.fixture
    def stop(self, sop: SopEnrolment) -> SopStop:
        return make.sop_stop(sop, state="dead", tries=12, last_error="status 422", settled_at=now())

    def test_what_was_given_up_is_shown_with_its_reason(self, cast: Cast, stop: SopStop) -> None:
        shown = content(cast, reverse(STOPS), "admin", state__exact="dead")
        assert "status 422" in shown
        assert "已放弃" in shown
        assert "新客户欢迎" in shown
        assert "status 422" not in content(cast, reverse(STOPS), "admin", state__exact="told")

    def test_it_is_tried_again_under_the_same_key(
        self, cast: Cast, stop: SopStop, rung: list[int], one_ring: Any
    ) -> None:
        with one_ring():
            answer = entered(cast.users["admin"]).post(page(stop, "retry"))
        assert told(answer) == ["已重新发送。"]
        before = stop.key
        stop.refresh_from_db()
        assert (stop.state, stop.key, stop.tries, stop.settled_at) == ("waiting", before, 12, None)
        assert rung == [1]

    def test_many_are_tried_again_and_what_was_told_is_not(
        self, cast: Cast, customer: Customer, stop: SopStop, rung: list[int], one_ring: Any
    ) -> None:
        heard = make.sop_stop(make.sop(customer), state="told")
        data = {"action": "retry_all", "_selected_action": [str(stop.pk), str(heard.pk)]}
        with one_ring():
            answer = entered(cast.users["admin"]).post(reverse(STOPS), data)
        (message,) = told(answer)
        assert "1 " in message
        assert "无需再发" in message
        assert set(SopStop.objects.values_list("state", flat=True)) == {"waiting", "told"}
        assert rung == [1]

    def test_the_page_offers_it_only_where_it_can_be(self, cast: Cast, stop: SopStop) -> None:
        assert page(stop, "retry") in content(cast, page(stop, "change"), "admin")
        SopStop.objects.update(state="told")
        assert page(stop, "retry") not in content(cast, page(stop, "change"), "admin")

    @pytest.mark.parametrize("who", ["owner", "manager"])
    def test_they_are_the_administrators_business(self, cast: Cast, stop: SopStop, who: str) -> None:
        client = entered(cast.users[who])
        assert client.get(reverse(STOPS)).status_code == 403
        client.post(page(stop, "retry"))
        stop.refresh_from_db()
        assert stop.state == "dead"

    def test_another_companys_are_not_there(self, cast: Cast, stop: SopStop) -> None:
        client = entered(cast.users["stranger"])
        assert "status 422" not in client.get(reverse(STOPS)).content.decode()
        client.post(page(stop, "retry"))
        stop.refresh_from_db()
        assert stop.state == "dead"


@pytest.fixture
def one_ring(django_capture_on_commit_callbacks: Any) -> Any:
    """What is rung for after the commit is rung for now."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.mark.parametrize(
    ("who", "seen"),
    [("owner", {"sopenrolment", "reminder"}), ("admin", {"sopenrolment", "reminder", "sopstop"})],
)
def test_the_menu_has_what_the_role_may_open(cast: Cast, who: str, seen: set[str]) -> None:
    shown = content(cast, reverse("admin:index"), who)
    entries = {name for name in ("sopenrolment", "reminder", "sopstop") if f"/admin/followups/{name}/" in shown}
    assert entries == seen
