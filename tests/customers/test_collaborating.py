"""Employees who may read a customer whom they don't follow: the rules, what they see, and what they can't do."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import Conflict, Forbidden, NotFound, RuleViolation
from corps.choices import EmployeeStatus
from corps.models import User
from customers import collaborating, finding, lifecycle
from customers.models import Collaborator, Customer
from followups.models import FollowUp
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三")


def fresh(customer: Customer) -> Customer:
    return Customer.objects.get(pk=customer.pk)


def let_in(cast: Cast, customer: Customer, *employees: Any) -> Customer:
    ids = [e.pk for e in employees]
    return collaborating.add_collaborators(
        customer=fresh(customer), employee_ids=ids, by=cast.actor("owner"), source="operator"
    )


def everything() -> list[list[Any]]:
    return [list(t.objects.order_by("pk").values()) for t in (Customer, Collaborator, OutboxEvent)]


class TestRules:
    def test_a_collaborator_is_a_row_that_says_by_whom_and_since_when(self, cast: Cast, customer: Customer) -> None:
        row = let_in(cast, customer, cast.colleague)
        one = Collaborator.objects.get()
        assert (one.customer_id, one.employee_id, one.corp_id) == (customer.pk, cast.colleague.pk, cast.corp.pk)
        assert one.actor == f"user:{cast.users['owner'].pk}"
        event = OutboxEvent.objects.latest("id")
        assert (event.name, event.aggregate_version) == ("customer.collaborator.added", customer.version + 1)
        assert event.payload["data"] == {"customerId": customer.pk, "employeeIds": [cast.colleague.pk]}
        assert row.version == fresh(customer).version == customer.version + 1

    def test_the_same_again_changes_and_tells_nothing(self, cast: Cast, customer: Customer) -> None:
        let_in(cast, customer, cast.colleague)
        before = everything()
        let_in(cast, customer, cast.colleague)
        assert everything() == before

    def test_taken_off_they_are_told_of_and_gone(self, cast: Cast, customer: Customer, recorded: Any) -> None:
        let_in(cast, customer, cast.colleague)
        act: Any = {"employee_ids": [cast.colleague.pk, 999_999], "by": cast.actor("owner"), "source": "api"}
        collaborating.remove_collaborators(customer=fresh(customer), **act)
        assert not Collaborator.objects.exists()
        told = {"customerId": customer.pk, "employeeIds": [cast.colleague.pk]}
        assert recorded()[-1] == ("customer.collaborator.removed", customer.pk, told)
        before = everything()
        collaborating.remove_collaborators(customer=fresh(customer), **act)
        assert everything() == before

    def test_a_foreign_employee_and_a_leaver_are_refused_and_nobody_is_let_in(
        self, cast: Cast, customer: Customer
    ) -> None:
        leaver = make.employee(cast.corp, status=EmployeeStatus.LEFT)
        before = everything()
        for wrong in (cast.stranger, leaver):
            with pytest.raises(RuleViolation) as refusal:
                let_in(cast, customer, cast.colleague, wrong)
            assert refusal.value.code == "employee_unknown"
        assert everything() == before

    def test_there_are_no_more_of_them_than_the_bound(
        self, cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(collaborating, "MOST", 1)
        let_in(cast, customer, cast.colleague)
        before = everything()
        with pytest.raises(RuleViolation) as refusal:
            let_in(cast, customer, cast.manager)
        assert refusal.value.code == "too_many_collaborators"
        assert everything() == before

    def test_nobody_is_let_in_to_a_deleted_customer(self, cast: Cast, customer: Customer) -> None:
        lifecycle.delete(customer=fresh(customer), by=cast.actor("admin"), source="api")
        before = everything()
        with pytest.raises(Conflict) as refusal:
            let_in(cast, customer, cast.colleague)
        assert refusal.value.code == "customer_deleted"
        assert everything() == before


class TestScope:
    def test_they_see_the_customer_only_while_they_collaborate(self, cast: Cast, customer: Customer) -> None:
        assert customer not in Customer.objects.visible_to(cast.actor("colleague"))
        let_in(cast, customer, cast.colleague)
        assert customer in Customer.objects.visible_to(cast.actor("colleague"))
        assert finding.one(customer.pk, cast.actor("colleague")).pk == customer.pk
        Collaborator.objects.all().delete()
        assert customer not in Customer.objects.visible_to(cast.actor("colleague"))

    def test_who_follows_and_collaborates_sees_the_customer_once(self, cast: Cast, customer: Customer) -> None:
        let_in(cast, customer, cast.owner)
        assert list(Customer.objects.visible_to(cast.actor("owner"))) == [customer]

    def test_a_manager_sees_what_their_people_read_along(self, cast: Cast) -> None:
        foreign = make.customer(cast.corp, make.employee(cast.corp, make.department(cast.corp)))
        assert foreign not in Customer.objects.visible_to(cast.actor("manager"))
        let_in(cast, foreign, cast.colleague)
        assert foreign in Customer.objects.visible_to(cast.actor("manager"))

    def test_a_manager_of_nobody_sees_nothing(self, cast: Cast, customer: Customer) -> None:
        let_in(cast, customer, cast.colleague)
        lonely = make.user(cast.corp, "manager")
        assert list(Customer.objects.visible_to(lonely.actor)) == []

    def test_the_scope_costs_one_look_and_only_those_who_see_narrowly(self, cast: Cast, customer: Customer) -> None:
        """Whether they collaborate anywhere, so that the list of those who don't is as fast as ever."""
        for collaborates in (False, True):
            for name, statements in {"colleague": 2, "manager": 3, "admin": 1}.items():
                actor = cast.actor(name)
                with CaptureQueriesContext(connection) as seen:
                    list(Customer.objects.visible_to(actor))
                # A manager's departments and people are two more.
                assert len(seen) == statements + (name == "manager"), (name, collaborates)
                assert any("UNION" in q["sql"] for q in seen.captured_queries) == (collaborates and name != "admin"), (
                    name
                )
            let_in(cast, customer, cast.colleague)

    def test_they_change_nothing(self, cast: Cast, customer: Customer) -> None:
        let_in(cast, customer, cast.colleague)
        assert not finding.may_change(customer.pk, cast.actor("colleague"))
        assert finding.may_change(customer.pk, cast.actor("owner"))
        assert finding.may_change(customer.pk, cast.actor("admin"))
        with pytest.raises(Forbidden) as refusal:
            finding.locked(customer.pk, cast.actor("colleague"))
        assert refusal.value.code == "collaborator_reads"
        with pytest.raises(NotFound):
            finding.locked(customer.pk + 1, cast.actor("colleague"))


class TestApi:
    def test_they_are_listed_let_in_and_taken_off(self, cast: Cast, customer: Customer) -> None:
        client, url = api.client(cast.corp), f"/api/v1/customers/{customer.pk}/collaborators"
        assert client.get(url).json() == {"list": []}
        answer = client.post(url, {"employeeIds": [cast.colleague.pk]}, format="json")
        (one,) = answer.json()["list"]
        assert (one["employeeId"], one["userid"], one["name"]) == (cast.colleague.pk, cast.colleague.userid, "李小红")
        assert one["by"].startswith("api:")
        assert one["since"].endswith("Z")
        assert answer.headers["ETag"] == fresh(customer).etag
        assert client.get(url).json() == answer.json()
        gone = client.delete(url, {"employeeIds": [cast.colleague.pk]}, format="json")
        assert gone.json() == {"list": []}

    @pytest.mark.parametrize("body", [{}, {"employeeIds": []}, {"employeeIds": ["x"]}, {"employeeIds": [1], "by": 1}])
    def test_a_wrong_body_is_refused(self, cast: Cast, customer: Customer, body: Any) -> None:
        before = everything()
        url = f"/api/v1/customers/{customer.pk}/collaborators"
        assert api.client(cast.corp).post(url, body, format="json").status_code == 400
        assert everything() == before

    def test_reading_costs_two_statements_beside_the_callers(self, cast: Cast, customer: Customer) -> None:
        let_in(cast, customer, cast.colleague, cast.manager)
        client, url = api.client(cast.corp), f"/api/v1/customers/{customer.pk}/collaborators"
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert len(client.get(url).json()["list"]) == 2
        assert len(seen) == 2, [q["sql"] for q in seen.captured_queries]


class TestConsole:
    def test_a_follower_chooses_who_reads_along(self, cast: Cast, customer: Customer) -> None:
        client = entered(cast.users["owner"])
        url = reverse("admin:customers_customer_change_collaborators", args=[customer.pk])
        client.post(url, {"employees": [cast.colleague.pk, cast.manager.pk]})
        held = Collaborator.objects.values_list("employee_id", flat=True)
        assert set(held) == {cast.colleague.pk, cast.manager.pk}
        assert "李小红" in client.get(url).content.decode()
        client.post(url, {"employees": [cast.manager.pk]})
        assert list(held.all()) == [cast.manager.pk]
        assert "赵经理" in client.get(page(customer, "tab_collaborators")).content.decode()

    def test_a_refusal_leaves_everybody_where_they_were(
        self, cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(collaborating, "MOST", 1)
        let_in(cast, customer, cast.colleague)
        before = everything()
        url = reverse("admin:customers_customer_change_collaborators", args=[customer.pk])
        answer = entered(cast.users["owner"]).post(url, {"employees": [cast.manager.pk, cast.owner.pk]})
        assert answer.status_code == 200
        assert everything() == before

    def test_a_collaborator_reads_the_page_and_can_change_nothing_on_it(self, cast: Cast, customer: Customer) -> None:
        let_in(cast, customer, cast.colleague)
        client = entered(cast.users["colleague"])
        shown = client.get(page(customer, "change"))
        assert "张三" in shown.content.decode()
        assert 'name="_save"' not in shown.content.decode()
        before = everything()
        assert client.post(page(customer, "change"), {"name": "x"}).status_code == 403
        assert client.post(page(customer, "delete"), {"post": "yes"}).status_code == 403
        tag = make.tag(make.group(cast.corp))
        for act, data in {"change_tags": {"add": [tag.pk]}, "change_collaborators": {"employees": []}}.items():
            client.post(reverse(f"admin:customers_customer_{act}", args=[customer.pk]), data)
        client.post(page(Customer, "changelist"), {"action": "add_tags", "_selected_action": [customer.pk]})
        assert everything() == before
        assert not customer.tag_rows.exists()
        assert not FollowUp.objects.exists()

    def test_a_follower_still_has_the_buttons(self, cast: Cast, customer: Customer) -> None:
        user: User = cast.users["owner"]
        assert 'name="_save"' in entered(user).get(page(customer, "change")).content.decode()
