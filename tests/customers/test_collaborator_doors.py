"""Every door of a customer, as a collaborator finds it: all that reads is open, all that writes is not."""

from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from corps.choices import Role
from corps.models import User
from customers import collaborating
from customers.choices import CustomerStatus
from customers.models import Collaborator, Customer, CustomerTag, FollowRelation
from followups import writing
from followups.models import FollowUp
from messaging.models import Command, OutboxEvent
from tags.models import Tag
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page

URL = "/api/v1/customers"


def client(user: User) -> Any:
    """An APIClient of a person, as their token would make them known."""
    found = APIClient(headers={"Accept-Language": "en"})
    found.force_authenticate(user.actor)
    return found


@pytest.fixture
def tag(cast: Cast) -> Tag:
    return make.tag(make.group(cast.corp))


@pytest.fixture
def customer(cast: Cast, tag: Tag) -> Customer:
    """One of the owner's, whom the colleague may read."""
    row = make.tagged(make.customer(cast.corp, cast.owner, name="张三丰", channel="expo"), tag)
    writing.write(customer=row, content="电话", by=cast.actor("owner"), source="api", employee_id=cast.owner.pk)
    row = Customer.objects.get(pk=row.pk)
    let_in(cast, row, cast.colleague)
    return Customer.objects.get(pk=row.pk)


@pytest.fixture
def hidden(cast: Cast) -> Customer:
    """Another one of the owner's."""
    return make.customer(cast.corp, cast.owner, name="张无忌", channel="expo")


def let_in(cast: Cast, customer: Customer, *employees: Any) -> None:
    ids = [employee.pk for employee in employees]
    collaborating.add_collaborators(customer=customer, employee_ids=ids, by=cast.actor("owner"), source="api")


def everything() -> list[list[Any]]:
    tables = (Customer, FollowRelation, CustomerTag, Collaborator, FollowUp, OutboxEvent, Command)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.fixture
def unchanged(customer: Customer, hidden: Customer) -> Iterator[None]:
    before = everything()
    yield
    assert everything() == before


class TestReading:
    @pytest.mark.parametrize(
        "query",
        [
            {},
            {"keyword": "三丰"},
            {"channel": "expo"},
            {"status": 1},
            {"followUserId": "owner"},
            {"followerId": "owner"},
            {"tagIdsAny": "tag"},
            {"tagIdsAll": "tag"},
            {"sort": "addTime"},
            {"sort": "-addTime"},
            {"cursor": ""},
            {"size": 1},
        ],
    )
    def test_the_list_holds_whom_they_may_read_and_nobody_else(
        self, cast: Cast, customer: Customer, hidden: Customer, tag: Tag, query: dict[str, Any]
    ) -> None:
        ids = {"owner": cast.owner.pk, "tag": tag.pk}
        asked = {name: ids.get(value, value) for name, value in query.items()}
        answer = client(cast.users["colleague"]).get(URL, asked)
        assert [row["id"] for row in answer.json()["list"]] == [customer.pk]

    def test_the_totals_are_of_what_they_may_read(self, cast: Cast, customer: Customer, hidden: Customer) -> None:
        mine = make.customer(cast.corp, cast.colleague)
        told = client(cast.users["colleague"]).get(URL).json()
        assert (told["total"], told["totalExact"]) == (2, True)
        assert {row["id"] for row in told["list"]} == {customer.pk, mine.pk}

    @pytest.mark.parametrize("path", ["", "/follows", "/followups", "/collaborators"])
    def test_what_is_read_of_one_is_what_the_follower_reads(
        self, cast: Cast, customer: Customer, hidden: Customer, path: str
    ) -> None:
        theirs = client(cast.users["owner"]).get(f"{URL}/{customer.pk}{path}")
        ours = client(cast.users["colleague"]).get(f"{URL}/{customer.pk}{path}")
        assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
        assert client(cast.users["colleague"]).get(f"{URL}/{hidden.pk}{path}").status_code == 404

    def test_the_entity_tag_answers_them_too(self, cast: Cast, customer: Customer) -> None:
        caller = client(cast.users["colleague"])
        seen = caller.get(f"{URL}/{customer.pk}")
        again = caller.get(f"{URL}/{customer.pk}", headers={"If-None-Match": seen.headers["ETag"]})
        assert again.status_code == 304

    def test_when_they_are_let_in_no_more_the_cached_body_is_not_shown(self, cast: Cast, customer: Customer) -> None:
        caller = client(cast.users["colleague"])
        assert caller.get(f"{URL}/{customer.pk}").status_code == 200
        collaborating.remove_collaborators(
            customer=customer, employee_ids=[cast.colleague.pk], by=cast.actor("owner"), source="api"
        )
        assert caller.get(f"{URL}/{customer.pk}").status_code == 404
        assert caller.get(URL).json()["list"] == []

    def test_a_manager_reads_along_with_their_people_and_changes_nothing_either(
        self, cast: Cast, hidden: Customer
    ) -> None:
        far = make.customer(cast.corp, make.employee(cast.corp, make.department(cast.corp)))
        caller = client(cast.users["manager"])
        assert caller.get(f"{URL}/{far.pk}").status_code == 404
        let_in(cast, far, cast.colleague)
        assert caller.get(f"{URL}/{far.pk}").status_code == 200
        assert caller.patch(f"{URL}/{far.pk}", {"name": "x"}, format="json").status_code == 403
        assert caller.delete(f"{URL}/{far.pk}").status_code == 403

    def test_the_first_page_of_the_console_counts_and_names_them(
        self, cast: Cast, customer: Customer, hidden: Customer
    ) -> None:
        text = entered(cast.users["colleague"]).get("/admin/").content.decode()
        assert "张三丰" in text
        assert "张无忌" not in text

    def test_follow_ups_of_whom_they_may_read_are_in_their_list(
        self, cast: Cast, customer: Customer, hidden: Customer
    ) -> None:
        writing.write(customer=hidden, content="秘密", by=cast.actor("owner"), source="api")
        text = entered(cast.users["colleague"]).get(page(FollowUp, "changelist")).content.decode()
        assert "电话" in text
        assert "秘密" not in text


WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("put", "", {"name": "李四"}),
    ("patch", "", {"name": "李四"}),
    ("patch", "", {"followUserId": None}),
    ("post", "/tags", {"tagIds": ["tag"]}),
    ("delete", "/tags", {"tagIds": ["tag"]}),
    ("post", "/followups", {"content": "我来写"}),
    ("patch", "/follows/owner", {"remark": "x"}),
    ("patch", "/follows/colleague", {"remark": "x"}),
    ("post", "/collaborators", {"employeeIds": ["colleague"]}),
    ("delete", "/collaborators", {"employeeIds": ["colleague"]}),
]


class TestWriting:
    def filled(self, cast: Cast, tag: Tag, path: str, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Path and body with ids in place of names."""
        ids = {"owner": cast.owner.pk, "colleague": cast.colleague.pk, "tag": tag.pk}
        sent = {
            name: [ids.get(part, part) for part in value] if isinstance(value, list) else value
            for name, value in body.items()
        }
        for name in ("owner", "colleague"):
            path = path.replace(f"/{name}", f"/{ids[name]}")
        return path, sent

    @pytest.mark.parametrize(("method", "path", "body"), WRITES)
    def test_nothing_that_writes_is_open_to_them(
        self, cast: Cast, customer: Customer, tag: Tag, unchanged: None, method: str, path: str, body: dict[str, Any]
    ) -> None:
        path, sent = self.filled(cast, tag, path, body)
        send = getattr(client(cast.users["colleague"]), method)
        answer = send(f"{URL}/{customer.pk}{path}", sent, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "collaborator_reads")

    @pytest.mark.parametrize(("method", "path", "body"), WRITES)
    def test_of_whom_they_may_not_read_they_learn_nothing_by_writing(
        self, cast: Cast, hidden: Customer, tag: Tag, unchanged: None, method: str, path: str, body: dict[str, Any]
    ) -> None:
        path, sent = self.filled(cast, tag, path, body)
        send = getattr(client(cast.users["colleague"]), method)
        assert send(f"{URL}/{hidden.pk}{path}", sent, format="json").status_code == 404

    def test_deleting_is_not_open_to_them(self, cast: Cast, customer: Customer, unchanged: None) -> None:
        # Staff delete nothing at all; a manager who only reads along is refused by the customer.
        assert client(cast.users["colleague"]).delete(f"{URL}/{customer.pk}").status_code == 403

    def test_in_bulk_they_fail_alone(self, cast: Cast, customer: Customer, tag: Tag) -> None:
        mine = make.customer(cast.corp, cast.colleague)
        other = make.tag(tag.group)
        sent = {"customerIds": [customer.pk, mine.pk], "addTagIds": [other.pk]}
        told = client(cast.users["colleague"]).post(f"{URL}/bulk/tags", sent, format="json").json()
        assert [(row["customerId"], row["status"], row.get("code")) for row in told["list"]] == [
            (customer.pk, "failed", "collaborator_reads"),
            (mine.pk, "changed", None),
        ]

    def test_who_follows_as_well_writes(self, cast: Cast, customer: Customer) -> None:
        make.relation(customer, cast.colleague)
        answer = client(cast.users["colleague"]).patch(f"{URL}/{customer.pk}", {"name": "李四"}, format="json")
        assert (answer.status_code, answer.json()["name"]) == (200, "李四")

    def test_services_and_administrators_are_not_narrowed(self, cast: Cast, customer: Customer) -> None:
        answer = client(cast.users["admin"]).patch(f"{URL}/{customer.pk}", {"name": "李四"}, format="json")
        assert answer.status_code == 200


class TestLeadersWhoReadAlong:
    """The leader of another department may do more than staff, to the own people's customers."""

    @pytest.fixture
    def leader(self, cast: Cast, customer: Customer) -> User:
        elsewhere = make.department(cast.corp, cast.department.parent, name="市场部")
        employee = make.employee(cast.corp, elsewhere, leads=True)
        let_in(cast, customer, employee)
        return make.user(cast.corp, Role.MANAGER, employee)

    @pytest.mark.parametrize(("method", "body"), [("put", {"reason": "骚扰"}), ("delete", None)])
    def test_the_blacklist_is_not_theirs_over_the_api(
        self, customer: Customer, leader: User, method: str, body: Any
    ) -> None:
        before = everything()
        answer = getattr(client(leader), method)(f"{URL}/{customer.pk}/blacklist", body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "collaborator_reads")
        assert everything() == before

    @pytest.mark.parametrize("blacklisted", [True, False])
    def test_nor_in_the_console(self, customer: Customer, leader: User, blacklisted: bool) -> None:
        if blacklisted:
            make.blacklisted(customer)
        act = "take_off_blacklist" if blacklisted else "put_on_blacklist"
        before = everything()
        answer = entered(leader).post(page(customer, act), {"reason": "骚扰"})
        assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
        assert everything() == before

    def test_they_delete_nobody_whom_they_only_read(self, customer: Customer, leader: User) -> None:
        answer = client(leader).delete(f"{URL}/{customer.pk}")
        assert (answer.status_code, answer.json()["code"]) == (403, "collaborator_reads")
        entered(leader).post(page(customer, "delete"), {"post": "yes"})
        assert Customer.objects.get(pk=customer.pk).status != CustomerStatus.DELETED

    def test_the_own_peoples_customers_are_theirs(self, cast: Cast, leader: User) -> None:
        mine = make.customer(cast.corp, leader.employee)
        answer = client(leader).put(f"{URL}/{mine.pk}/blacklist", {"reason": "骚扰"}, format="json")
        assert answer.status_code == 200
        assert client(leader).delete(f"{URL}/{mine.pk}/blacklist").status_code == 204
        assert not Customer.objects.get(pk=mine.pk).blacklisted
