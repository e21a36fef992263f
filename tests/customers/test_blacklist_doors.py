"""The blacklist's and the collaborators' doors: hostile bodies, foreign ids, bounds, times that are up, and leavers."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from core.time import now, to_wire
from corps.actors import SYSTEM
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers import blacklist, collaborating
from customers.models import BlacklistEntry, Collaborator, Customer
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.doors import BAD_PAGES, HARD_NAMES, UNREADABLE, is_chinese, refused

URL = "/api/v1/customers"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三")


def everything() -> list[list[Any]]:
    tables = (Customer, BlacklistEntry, Collaborator, OutboxEvent)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize(
    ("door", "method"), [("blacklist", "PUT"), ("collaborators", "POST"), ("collaborators", "DELETE")]
)
@pytest.mark.parametrize(("body", "kind", "status", "code"), UNREADABLE)
def test_what_can_not_be_read_is_refused_and_changes_nothing(
    cast: Cast, customer: Customer, door: str, method: str, body: bytes, kind: str, status: int, code: str
) -> None:
    before = everything()
    answer = api.client(cast.corp).generic(method, f"{URL}/{customer.pk}/{door}", body, content_type=kind)
    refused(answer, status, code)
    assert everything() == before


@pytest.mark.parametrize("ident", ["0", str(2**63), "9" * 40])
@pytest.mark.parametrize("door", ["blacklist", "collaborators"])
def test_a_customer_who_can_not_be_is_not_there(cast: Cast, customer: Customer, door: str, ident: str) -> None:
    client, before = api.client(cast.corp), everything()
    body = {"reason": "x"} if door == "blacklist" else {"employeeIds": [cast.colleague.pk]}
    url = f"{URL}/{ident}/{door}"
    write = client.put if door == "blacklist" else client.post
    for answer in (client.get(url), write(url, body, format="json"), client.delete(url, body, format="json")):
        refused(answer, 404, "not_found")
    assert everything() == before


class TestBlacklist:
    @pytest.mark.parametrize("reason", [name for name in HARD_NAMES if name.strip()])
    def test_a_reason_is_kept_letter_by_letter_and_told_to_nobody(
        self, cast: Cast, customer: Customer, reason: str
    ) -> None:
        client = api.client(cast.corp)
        answer = client.put(f"{URL}/{customer.pk}/blacklist", {"reason": reason}, format="json")
        assert (answer.status_code, answer.json()["reason"]) == (200, reason)
        assert client.get("/api/v1/blacklist").json()["list"][0]["reason"] == reason
        told = OutboxEvent.objects.get(name="customer.blacklisted").payload["data"]
        assert set(told) == {"customerId", "until"}

    @pytest.mark.parametrize("query", [*BAD_PAGES, "reason=x", "cursor="])
    def test_a_page_that_means_nothing_is_refused(self, cast: Cast, query: str) -> None:
        assert api.client(cast.corp).get(f"/api/v1/blacklist?{query}").status_code == 400

    def test_pages_are_the_whole_list_the_newest_first(self, cast: Cast) -> None:
        ids = [make.blacklisted(make.customer(cast.corp)).pk for _n in range(5)]
        make.blacklisted(make.customer(cast.other_corp, cast.stranger))
        client, seen = api.client(cast.corp), []
        for number in (1, 2, 3, 4):
            answer = client.get("/api/v1/blacklist", {"size": 2, "page": number}).json()
            assert answer["total"] == 5
            seen += [row["customerId"] for row in answer["list"]]
        assert seen == ids[::-1]

    def test_time_is_up_at_its_second_and_it_is_told_as_the_systems(
        self, cast: Cast, customer: Customer, time_machine: Any
    ) -> None:
        moment = now().replace(microsecond=0)
        until = moment + dt.timedelta(days=1)
        body = {"reason": "x", "until": to_wire(until)}
        assert api.client(cast.corp).put(f"{URL}/{customer.pk}/blacklist", body, format="json").status_code == 200
        time_machine.move_to(until - dt.timedelta(seconds=1), tick=False)
        before = everything()
        assert (blacklist.expire_due(), everything()) == (0, before)
        time_machine.move_to(until, tick=False)
        assert [blacklist.expire_due() for _time in range(2)] == [1, 0]
        entry, event = BlacklistEntry.objects.get(), OutboxEvent.objects.get(name="customer.blacklist.lifted")
        assert (entry.ending, entry.ended_by, entry.open_mark) == ("expired", "system", None)
        assert event.payload["data"] == {"customerId": customer.pk, "expired": True}
        assert event.payload["actor"] == "system"

    def test_no_more_expire_at_once_than_the_bound_the_oldest_first(self, cast: Cast, monkeypatch: Any) -> None:
        monkeypatch.setattr(blacklist, "EXPIRED_AT_ONCE", 2)
        people = [make.blacklisted(make.customer(cast.corp)) for _n in range(3)]
        for hours, person in enumerate(people, start=1):
            past = now() - dt.timedelta(hours=hours)
            BlacklistEntry.objects.filter(customer=person).update(until=past)
        assert blacklist.expire_due() == 2
        assert [row.pk for row in Customer.objects.filter(blacklisted=True)] == [people[0].pk]
        assert [blacklist.expire_due() for _time in range(2)] == [1, 0]

    @pytest.mark.parametrize(("language", "chinese"), [("zh-hans", True), ("en", False)])
    def test_the_page_refuses_in_the_language_it_is_read_in(
        self, cast: Cast, customer: Customer, language: str, chinese: bool
    ) -> None:
        client, before = entered(cast.users["admin"]), everything()
        client.cookies["django_language"] = language
        answer = client.post(page(customer, "put_on_blacklist"), {"reason": "x", "last_day": "2020-01-01"})
        (told,) = answer.context["form"].non_field_errors()
        assert is_chinese(told) is chinese
        assert everything() == before

    def test_taking_off_one_who_is_not_on_it_is_said_and_changes_nothing(self, cast: Cast, customer: Customer) -> None:
        before = everything()
        answer = entered(cast.users["admin"]).post(page(customer, "take_off_blacklist"), follow=True)
        assert answer.status_code == 200
        assert everything() == before

    @pytest.mark.parametrize("act", ["put_on_blacklist", "take_off_blacklist"])
    def test_another_companys_customer_leads_away(self, cast: Cast, customer: Customer, act: str) -> None:
        before = everything()
        answer = entered(cast.users["stranger"]).post(page(customer, act), {"reason": "x"})
        assert answer.status_code == 302
        assert everything() == before


class TestCollaborators:
    def let_in(self, customer: Customer, *employees: Employee) -> None:
        ids = [one.pk for one in employees]
        collaborating.add_collaborators(customer=customer, employee_ids=ids, by=SYSTEM, source="api")

    def leave(self, employee: Employee) -> None:
        Employee.objects.filter(pk=employee.pk).update(status=EmployeeStatus.LEFT)

    def test_one_who_leaves_stays_written_and_can_be_taken_off(self, cast: Cast, customer: Customer) -> None:
        self.let_in(customer, cast.colleague, cast.manager)
        self.leave(cast.colleague)
        client, url = api.client(cast.corp), f"{URL}/{customer.pk}/collaborators"
        assert len(client.get(url).json()["list"]) == 2
        answer = client.delete(url, {"employeeIds": [cast.colleague.pk]}, format="json")
        assert (answer.status_code, len(answer.json()["list"])) == (200, 1)
        assert OutboxEvent.objects.latest("id").payload["data"]["employeeIds"] == [cast.colleague.pk]

    def test_named_again_beside_a_new_one_a_leaver_is_no_obstacle(self, cast: Cast, customer: Customer) -> None:
        self.let_in(customer, cast.colleague)
        self.leave(cast.colleague)
        body = {"employeeIds": [cast.colleague.pk, cast.manager.pk]}
        answer = api.client(cast.corp).post(f"{URL}/{customer.pk}/collaborators", body, format="json")
        assert answer.status_code == 200
        assert set(Collaborator.objects.values_list("employee_id", flat=True)) == set(body["employeeIds"])

    def test_a_leaver_is_not_let_in_and_nobody_beside_them(self, cast: Cast, customer: Customer) -> None:
        self.leave(cast.colleague)
        before = everything()
        body = {"employeeIds": [cast.manager.pk, cast.colleague.pk]}
        answer = api.client(cast.corp).post(f"{URL}/{customer.pk}/collaborators", body, format="json")
        assert refused(answer, 422, "employee_unknown")["errors"][0]["field"] == "employeeIds"
        assert everything() == before

    def test_the_console_keeps_a_leaver_who_is_on_it_and_offers_no_other(self, cast: Cast, customer: Customer) -> None:
        self.let_in(customer, cast.colleague)
        self.leave(cast.colleague)
        gone = make.employee(cast.corp, cast.department, status=EmployeeStatus.LEFT)
        client = entered(cast.users["owner"])
        url = reverse("admin:customers_customer_change_collaborators", args=[customer.pk])
        before = everything()
        assert client.post(url, {"employees": [cast.colleague.pk, gone.pk]}).context["form"].errors
        assert everything() == before
        assert client.post(url, {"employees": [cast.colleague.pk, cast.manager.pk]}).status_code == 302
        assert Collaborator.objects.count() == 2

    @pytest.mark.parametrize("method", ["post", "delete"])
    def test_a_foreign_employee_is_unknown_and_named_so(self, cast: Cast, customer: Customer, method: str) -> None:
        before = everything()
        send = getattr(api.client(cast.corp), method)
        answer = send(f"{URL}/{customer.pk}/collaborators", {"employeeIds": [cast.stranger.pk]}, format="json")
        # Who isn't on it can be taken off: nothing happens.
        assert answer.status_code == (422 if method == "post" else 200)
        assert everything() == before

    def test_the_same_key_again_lets_nobody_in_twice(self, cast: Cast, customer: Customer) -> None:
        client, url = api.client(cast.corp), f"{URL}/{customer.pk}/collaborators"
        body, key = {"employeeIds": [cast.colleague.pk]}, {"Idempotency-Key": "k"}
        first = client.post(url, body, format="json", headers=key)
        client.delete(url, body, format="json")
        before = everything()
        again = client.post(url, body, format="json", headers=key)
        assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
        assert everything() == before
