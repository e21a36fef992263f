"""Whose blacklist entries are there for whom, in every place that shows them."""

from typing import Any

import pytest

from corps.models import User
from customers.models import BlacklistEntry, Customer
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page

ROLES = ["owner", "colleague", "manager", "admin", "stranger"]


@pytest.fixture
def listed(cast: Cast) -> dict[str, Customer]:
    """Somebody on the blacklist of each kind: the owner's, the colleague's, nobody's, another company's."""
    return {
        "owners": make.customer(cast.corp, cast.owner, blacklisted=True),
        "colleagues": make.customer(cast.corp, cast.colleague, blacklisted=True),
        "nobodys": make.customer(cast.corp, blacklisted=True),
        "foreign": make.customer(cast.other_corp, cast.stranger, blacklisted=True),
    }


SEEN = {
    "owner": {"owners"},
    "colleague": {"colleagues"},
    "manager": {"owners", "colleagues"},
    "admin": {"owners", "colleagues", "nobodys"},
    "stranger": {"foreign"},
}


@pytest.mark.parametrize("role", ROLES)
def test_whoever_sees_the_customer_sees_the_entries(cast: Cast, listed: dict[str, Customer], role: str) -> None:
    rows = BlacklistEntry.objects.visible_to(cast.actor(role))
    assert {row.customer_id for row in rows} == {listed[name].pk for name in SEEN[role]}


@pytest.mark.parametrize("role", ROLES)
def test_the_console_shows_the_history_on_the_pages_of_those_customers_alone(
    cast: Cast, listed: dict[str, Customer], role: str
) -> None:
    client = entered(cast.users[role])
    for name, customer in listed.items():
        answer = client.get(page(customer, "change"))
        assert (answer.status_code == 200) == (name in SEEN[role]), name
        tab = client.get(page(customer, "tab_blacklist"))
        assert tab.status_code == (200 if name in SEEN[role] else 404), name
        assert ("恶意退单" in tab.content.decode()) == (name in SEEN[role]), name


def test_a_service_sees_its_companys(cast: Cast, listed: dict[str, Customer]) -> None:
    shown = api.client(cast.corp, "read").get("/api/v1/blacklist").json()
    assert {row["customerId"] for row in shown["list"]} == {listed[n].pk for n in SEEN["admin"]}
    theirs = api.client(cast.other_corp, "read").get("/api/v1/blacklist").json()
    assert [row["customerId"] for row in theirs["list"]] == [listed["foreign"].pk]


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_a_foreign_customer_has_no_blacklist(cast: Cast, listed: dict[str, Customer], method: str) -> None:
    client = api.client(cast.corp)
    url = f"/api/v1/customers/{listed['foreign'].pk}/blacklist"
    body: Any = {"reason": "x"} if method == "put" else None
    answer = getattr(client, method)(url, body) if body else getattr(client, method)(url)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert BlacklistEntry.objects.get(customer=listed["foreign"]).open_mark == 1


@pytest.mark.parametrize(
    ("scopes", "status"), [(["read"], 403), (["read", "write"], 200), (["read", "tags"], 403), (["write"], 200)]
)
def test_a_service_needs_the_right_to_write(cast: Cast, scopes: list[str], status: int) -> None:
    customer = make.customer(cast.corp)
    answer = api.client(cast.corp, *scopes).put(f"/api/v1/customers/{customer.pk}/blacklist", {"reason": "x"})
    assert answer.status_code == status
    assert Customer.objects.get(pk=customer.pk).blacklisted is (status == 200)


@pytest.mark.parametrize(("role", "may"), [("owner", False), ("manager", True), ("admin", True)])
def test_staff_see_the_blacklist_and_do_not_change_it(cast: Cast, role: str, may: bool) -> None:
    customer = make.customer(cast.corp, cast.owner)
    client = entered(cast.users[role])
    answer = client.post(page(customer, "put_on_blacklist"), {"reason": "骚扰"})
    assert answer.status_code == (302 if may else 403)
    assert Customer.objects.get(pk=customer.pk).blacklisted is may
    content = client.get(page(customer, "change")).content.decode()
    assert (page(customer, "take_off_blacklist") in content) is may


def test_a_superuser_of_no_company_sees_all(cast: Cast, listed: dict[str, Customer]) -> None:
    root = User.objects.create_superuser("root", "correct horse battery")
    assert BlacklistEntry.objects.visible_to(root.actor).count() == 4


def test_the_names_of_those_who_put_them_are_shown_and_not_their_labels(cast: Cast) -> None:
    customer = make.blacklisted(make.customer(cast.corp, cast.owner), by=cast.actor("admin"))
    User.objects.filter(pk=cast.users["admin"].pk).update(name="管理员老王")
    content = entered(cast.users["owner"]).get(page(customer, "tab_blacklist")).content.decode()
    assert "管理员老王" in content
    assert f"user:{cast.users['admin'].pk}" not in content
