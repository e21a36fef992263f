"""Timelines, SOPs and reminders over REST: whose they are, how they are narrowed, and what settles a reminder."""

import datetime as dt
from typing import Any

import pytest
from rest_framework.test import APIClient

from core.time import now
from corps.actors import SYSTEM
from customers import collaborating
from customers.models import Customer
from followups.models import Reminder
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast

URL = "/api/v1"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三丰")


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


def signed_in(cast: Cast, name: str) -> APIClient:
    client = APIClient(headers={"Accept-Language": "en"})
    client.force_authenticate(user=cast.actor(name))
    return client


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["list"]]


class TestTimeline:
    def test_pages_by_cursor_are_the_whole_of_it_the_newest_first(
        self, cast: Cast, customer: Customer, client: Any, django_assert_num_queries: Any
    ) -> None:
        moment = now()
        # Some of one moment.
        rows = [make.entry(customer, cast.owner, at=moment - dt.timedelta(hours=n // 2)) for n in range(7)]
        make.entry(make.customer(cast.corp), cast.owner)
        want = [row.pk for row in sorted(rows, key=lambda row: (row.at, row.pk), reverse=True)]
        address, cursor, seen = f"{URL}/customers/{customer.pk}/timeline", "", []
        client.get(address)
        for _page in range(3):
            # Whether the customer may be seen, which records are theirs, and the page.
            with django_assert_num_queries(3):
                answer = client.get(f"{address}?size=3&cursor={cursor}")
            seen += ids(answer)
            cursor = answer.json()["nextCursor"]
        assert (seen, cursor) == (want, None)

    def test_it_is_narrowed_by_kind_by_whose_it_was_and_by_time(
        self, cast: Cast, customer: Customer, client: Any
    ) -> None:
        old = now() - dt.timedelta(days=9)
        one = make.entry(customer, cast.owner, kind="follow_up", at=old)
        two = make.entry(customer, cast.colleague, kind="sop_ended")
        address, day = f"{URL}/customers/{customer.pk}/timeline", "2000-01-01T00:00:00Z"
        border = (now() - dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        table = {
            "kind=follow_up": [one.pk],
            f"employeeId={cast.colleague.pk}": [two.pk],
            f"atFrom={border}": [two.pk],
            f"atTo={border}": [one.pk],
            f"atTo={day}": [],
            "": [two.pk, one.pk],
        }
        assert {query: ids(client.get(f"{address}?{query}")) for query in table} == table
        for query in ("kind=gone", "cursor=x", "size=0", "page=1", "sort=at", "employeeId=x"):
            assert client.get(f"{address}?{query}").status_code == 400, query

    def test_an_entry_tells_names_of_the_companys_people_alone(
        self, cast: Cast, customer: Customer, client: Any
    ) -> None:
        make.entry(customer, cast.stranger, facts={"tagIds": [3]}, actor="user:7")
        make.entry(customer, cast.owner, at=now() - dt.timedelta(days=1))
        foreign, own = client.get(f"{URL}/customers/{customer.pk}/timeline/").json()["list"]
        assert (foreign["employeeName"], own["employeeName"]) == (None, "王小明")
        assert (foreign["facts"], foreign["actor"], foreign["kind"]) == ({"tagIds": [3]}, "user:7", "tag_added")
        assert foreign["customerId"] == customer.pk


class TestSops:
    def test_they_are_told_with_what_was_asked_of_the_operation_service(
        self, cast: Cast, customer: Customer, client: Any, django_assert_num_queries: Any
    ) -> None:
        over = make.sop(customer, state="ended_early", why="opted_out")
        running = make.sop(customer)
        make.sop_stop(running, reason="goal")
        address = f"{URL}/customers/{customer.pk}/sops"
        client.get(address)
        # Whether the customer may be seen, which records are theirs, the page, and what is asked of its SOPs.
        with django_assert_num_queries(4):
            answer = client.get(address)
        assert ids(answer) == [running.pk, over.pk]
        first, second = answer.json()["list"]
        assert (first["stop"]["reason"], first["stop"]["state"], second["stop"]) == ("goal", "waiting", None)
        assert (first["name"], first["enrolmentId"], first["step"]) == ("新客户欢迎", running.enrolment_id, 1)
        assert (second["state"], second["why"]) == ("ended_early", "opted_out")


def test_what_belongs_to_a_customer_whom_the_caller_cant_see_is_not_there(cast: Cast, customer: Customer) -> None:
    row = make.reminder(customer, cast.owner)
    for who in ("colleague", "stranger"):
        for path in (f"customers/{customer.pk}/timeline", f"customers/{customer.pk}/sops"):
            assert signed_in(cast, who).get(f"{URL}/{path}").status_code == 404, (who, path)
        for act in ("done", "cancel"):
            assert signed_in(cast, who).post(f"{URL}/reminders/{row.pk}/{act}").status_code == 404, (who, act)
        assert ids(signed_in(cast, who).get(f"{URL}/reminders")) == []
    row.refresh_from_db()
    assert (row.state, row.version) == ("open", 1)


class TestReminders:
    def test_the_most_urgent_is_first_and_what_is_settled_is_left_out(
        self, cast: Cast, customer: Customer, django_assert_num_queries: Any
    ) -> None:
        later, late = make.reminder(customer, cast.owner), make.reminder(customer, cast.owner, due_at=now())
        others = make.reminder(customer, cast.colleague, due_at=now() + dt.timedelta(days=9))
        done = make.reminder(customer, cast.owner, state="done")
        client = signed_in(cast, "owner")
        table = {
            "": [late.pk, later.pk, others.pk],
            "?mine=true": [late.pk, later.pk],
            "?overdue=true": [late.pk],
            "?state=done": [done.pk],
            f"?employeeId={cast.colleague.pk}": [others.pk],
            f"?customerId={customer.pk + 1}": [],
        }
        assert {query: ids(client.get(f"{URL}/reminders{query}")) for query in table} == table
        assert client.get(f"{URL}/reminders?state=lost").status_code == 400
        shown = client.get(f"{URL}/reminders").json()["list"][0]
        assert (shown["customerName"], shown["employeeName"], shown["content"]) == ("张三丰", "王小明", "发产品手册")
        # A service is nobody, and so nothing is its own.
        assert ids(api.client(cast.corp).get(f"{URL}/reminders?mine=true")) == []

    def test_one_is_asked_for_once_under_one_key(self, cast: Cast, customer: Customer, client: Any) -> None:
        body = {"content": "约看样品", "dueAt": "2027-01-01T10:00:00+08:00", "employeeId": cast.owner.pk}
        address, key = f"{URL}/customers/{customer.pk}/reminders", {"Idempotency-Key": "k"}
        first, again = (client.post(address, body, headers=key) for _n in range(2))
        assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
        row = Reminder.objects.get()
        assert (first.json()["id"], first.json()["dueAt"], row.source) == (row.pk, "2027-01-01T02:00:00Z", "api")
        assert OutboxEvent.objects.filter(name="reminder.created", aggregate_id=row.pk).count() == 1
        wrong = [{}, body | {"content": ""}, body | {"dueAt": "soon"}, body | {"state": "done"}]
        assert [client.post(address, one).status_code for one in wrong] == [400] * 4
        assert client.post(address, body | {"employeeId": cast.stranger.pk}).status_code == 422
        assert Reminder.objects.count() == 1

    @pytest.mark.parametrize(("act", "other", "state"), [("done", "cancel", "done"), ("cancel", "done", "cancelled")])
    def test_it_is_settled_once_and_not_the_other_way_then(
        self, cast: Cast, customer: Customer, client: Any, act: str, other: str, state: str
    ) -> None:
        row = make.reminder(customer, cast.owner, enrolment=make.sop(customer), step=1)
        answers = [client.post(f"{URL}/reminders/{row.pk}/{act}/") for _n in range(2)]
        assert [(a.status_code, a.json()["state"], a.json()["version"]) for a in answers] == [(200, state, 2)] * 2
        assert OutboxEvent.objects.filter(name=f"reminder.{state}").count() == 1
        refusal = client.post(f"{URL}/reminders/{row.pk}/{other}")
        assert (refusal.status_code, refusal.json()["code"]) == (409, "reminder_settled")
        row.refresh_from_db()
        assert (row.state, row.version) == (state, 2)
        assert client.post(f"{URL}/reminders/{2**64}/{act}").status_code == 404

    def test_who_only_reads_along_settles_nothing(self, cast: Cast, customer: Customer) -> None:
        who: dict[str, Any] = {"by": SYSTEM, "source": "system"}
        collaborating.add_collaborators(customer=customer, employee_ids=[cast.colleague.pk], **who)
        row = make.reminder(customer, cast.owner)
        client = signed_in(cast, "colleague")
        assert ids(client.get(f"{URL}/reminders")) == [row.pk]
        refusal = client.post(f"{URL}/reminders/{row.pk}/done")
        assert (refusal.status_code, refusal.json()["code"]) == (403, "collaborator_reads")
        row.refresh_from_db()
        assert row.state == "open"

    def test_a_step_done_over_rest_is_told_to_the_operation_service_by_its_own_id(
        self, cast: Cast, customer: Customer, client: Any
    ) -> None:
        sop = make.sop(customer)
        row = make.reminder(customer, cast.owner, enrolment=sop, step=4)
        assert client.post(f"{URL}/reminders/{row.pk}/done").json()["enrolmentId"] == sop.pk
        event = OutboxEvent.objects.get(name="reminder.done")
        told = {key: event.payload["data"][key] for key in ("enrolmentId", "step", "reminderId")}
        assert told == {"enrolmentId": sop.enrolment_id, "step": 4, "reminderId": row.pk}
        assert event.payload["source"] == "api"
