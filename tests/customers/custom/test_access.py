"""Who may see and change which custom fields and values."""

from typing import Any

import pytest

from customers import collaborating, finding
from customers.custom import bulk
from customers.models import CustomChange, CustomChosen, Customer, CustomField, CustomOption, CustomValue
from customers.querysets import OfVisibleCustomers
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered
from tests.customers.custom.common import everything, held, ids_of, put
from tests.doors import refused

CUSTOMERS = "/api/v1/customers"


def status_of(cast: Cast, who: str, customer: Customer, value: str) -> str:
    values = {"nick": value}
    (result,) = bulk.set_many(customer_ids=[customer.pk], values=values, by=cast.actor(who), source="operator")
    return result.get("code", result["status"])


def test_one_fills_in_for_the_customers_that_one_may_change(cast: Cast) -> None:
    make.custom_field(cast.corp, "nick")
    mine = make.customer(cast.corp, cast.owner)
    found = {who: status_of(cast, who, mine, who) for who in ("owner", "manager", "admin", "colleague", "stranger")}
    assert found == {
        "owner": "changed",
        "manager": "changed",
        "admin": "changed",
        "colleague": "not_found",
        "stranger": "not_found",
    }
    assert held(mine, "nick") == "admin"
    assert CustomChange.objects.count() == 3


def test_a_collaborator_reads_and_changes_nothing(cast: Cast) -> None:
    make.custom_field(cast.corp, "nick")
    mine = make.filled(make.customer(cast.corp, cast.owner), nick="x")
    admin = cast.actor("admin")
    collaborating.add_collaborators(customer=mine, employee_ids=[cast.colleague.pk], by=admin, source="api")
    assert status_of(cast, "colleague", mine, "y") == "collaborator_reads"
    seen = {who: CustomValue.objects.visible_to(cast.actor(who)).count() for who in ("colleague", "owner", "stranger")}
    assert seen == {"colleague": 1, "owner": 1, "stranger": 0}


def test_values_options_and_history_are_seen_with_their_customers(cast: Cast) -> None:
    level = make.custom_field(cast.corp, "level", "甲")
    for employee in (cast.owner, cast.colleague):
        put(make.customer(cast.corp, employee), level=ids_of(level)["甲"])
    for table in (CustomValue, CustomChosen, CustomChange):
        assert isinstance(table._default_manager.all(), OfVisibleCustomers)
        seen = {who: table._default_manager.visible_to(cast.actor(who)).count() for who in cast.users}  # type: ignore[attr-defined]
        assert seen == {"owner": 1, "colleague": 1, "manager": 2, "admin": 2, "stranger": 0}


def test_definitions_are_seen_by_the_whole_company_and_by_nobody_else(cast: Cast) -> None:
    make.custom_field(cast.corp, "level", "甲", "乙")
    for table, number in ((CustomField, 1), (CustomOption, 2)):
        seen = {who: table._default_manager.visible_to(cast.actor(who)).count() for who in cast.users}  # type: ignore[attr-defined]
        assert seen == {"owner": number, "colleague": number, "manager": number, "admin": number, "stranger": 0}


def test_staff_and_managers_write_what_they_or_their_people_have_with_a_customer(cast: Cast) -> None:
    make.custom_field(cast.corp, "mood", subject="relation")
    customer = make.customer(cast.corp, cast.owner)
    customer.relations.create(corp=cast.corp, employee=cast.colleague)
    for who, employee, allowed in (
        ("owner", cast.owner, True),
        ("owner", cast.colleague, False),
        ("manager", cast.colleague, True),
        ("admin", cast.owner, True),
    ):
        if allowed:
            finding.check_own(employee.pk, cast.actor(who))
            continue
        with pytest.raises(Exception, match="not_your_relation"):
            finding.check_own(employee.pk, cast.actor(who))


@pytest.mark.parametrize("part", ["custom-fields", "custom-fields/history"])
def test_a_foreign_customer_is_not_there(cast: Cast, part: str) -> None:
    theirs = make.customer(cast.other_corp)
    refused(api.client(cast.corp).get(f"{CUSTOMERS}/{theirs.pk}/{part}"), 404, "not_found")
    refused(api.client(cast.corp).get(f"{CUSTOMERS}/{2**63}/{part}"), 404, "not_found")


def test_a_foreign_field_is_not_there(cast: Cast) -> None:
    foreign = make.custom_field(cast.other_corp, "level", "甲")
    before = everything()
    client, url = api.client(cast.corp), f"/api/v1/custom-fields/{foreign.pk}"
    refused(client.get(url), 404, "not_found")
    for method in ("put", "patch"):
        refused(getattr(client, method)(url, {"name": "x"}, format="json"), 404, "not_found")
    refused(client.delete(url), 404, "not_found")
    assert everything() == before


def test_a_company_s_option_can_not_be_given_to_another_s_customer(cast: Cast) -> None:
    make.custom_field(cast.corp, "level", "甲")
    foreign = ids_of(make.custom_field(cast.other_corp, "level", "甲"))["甲"]
    customer = make.customer(cast.corp)
    before = everything()
    answer = api.client(cast.corp).patch(
        f"{CUSTOMERS}/{customer.pk}/custom-fields", {"customFields": {"level": foreign}}, format="json"
    )
    assert refused(answer, 422, "custom_values_invalid")["errors"][0]["code"] == "custom_option_unknown"
    assert everything() == before


def test_the_pages_of_definitions_are_read_by_staff_and_written_by_administrators(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "level", "甲", name="等级")
    told: dict[str, Any] = {}
    for who in ("owner", "manager", "admin"):
        client = entered(cast.users[who])
        shown = client.get(f"/admin/customers/customfield/{field.pk}/change/")
        told[who] = (shown.status_code, client.get("/admin/customers/customfield/add/").status_code)
    assert told == {"owner": (200, 403), "manager": (200, 403), "admin": (200, 200)}
