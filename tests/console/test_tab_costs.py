"""What a customer's page and each of its tabs cost in statements, for each role and however much there is."""

from typing import Any

import pytest

from corps.models import User
from customers import collaborating, lifecycle, remarks
from customers.models import Customer
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.console.test_query_counts import statements
from tests.permissions import CONSOLE

# Whoever looks, and whatever there is.
PAGE = 12
TABS = [name for name in CONSOLE["customers.Customer"] if name.startswith("tab_")]
# For administrators, staff and managers. What these ask more is whose customers they see, and of custom fields whether
# they see them whole; None: there is no such tab.
COSTS: dict[str, tuple[int | None, int | None, int | None]] = {
    "tab_timeline": (10, 12, 14),
    "tab_tag_rows": (7, 9, 11),
    "tab_relations": (9, 11, 13),
    "tab_episodes": (6, 8, 10),
    "tab_stage_changes": (7, 10, 12),
    "tab_custom_values": (9, 13, 15),
    "tab_custom_changes": (7, 11, 13),
    "tab_transfers": (6, None, 10),
    "tab_collaborators": (6, 8, 10),
    "tab_assignments": (6, None, 11),
    "tab_blacklist": (7, 10, 12),
    "tab_follow_ups": (7, 9, 11),
    "tab_communications": (6, 9, 11),
    "tab_group_stays": (6, 8, 10),
    "tab_rule_effects": (6, 9, 11),
    "tab_segment_stays": (6, 9, 11),
    "tab_churn": (6, 7, 10),
    "tab_risks": (6, 8, 10),
    "tab_value_changes": (9, 12, 14),
}


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三丰")


def one_more_of_each(cast: Cast, customer: Customer) -> Customer:
    """A row for each tab, and for what the page itself shows."""
    tag, employee = make.tag(make.group(cast.corp)), make.employee(cast.corp, cast.department)
    make.relation(customer, employee)
    customer = make.staged(make.tagged(customer, tag), make.stage(cast.corp))
    collaborating.add_collaborators(
        customer=customer, employee_ids=[make.employee(cast.corp).pk], by=cast.actor("admin"), source="operator"
    )
    make.transfer(customer, employee, make.employee(cast.corp))
    make.assignment(customer, employee)
    make.follow_up(customer, cast.owner, content="电话里说要样品")
    make.communication(customer, cast.owner)
    make.chat(cast.corp, cast.owner, customer)
    make.rule_effect(make.rule_run(make.tag_rule(cast.corp, tag)), customer)
    make.segment_stay(make.segment(cast.corp), customer)
    make.churn(customer, employee)
    make.alert(customer, cast.owner, subject=f"{employee.pk}")
    make.entry(customer, cast.owner, kind="tag_added", facts={"tagIds": [tag.pk]})
    make.reminder(customer, cast.owner, enrolment=make.sop(customer), step=1)
    row = lifecycle.update(customer=customer, city=f"{employee.pk}", by=cast.actor("admin"), source="operator")
    remarks.change_remark(
        customer=row, employee_id=employee.pk, remark="老张", by=cast.actor("admin"), source="operator"
    )
    make.custom_field(cast.corp, f"r{employee.pk}", subject="relation")
    number = make.custom_field(cast.corp, f"n{employee.pk}", "甲", "乙")
    return make.filled(Customer.objects.get(pk=customer.pk), **{number.key: number.options.all()[0].pk})


def page_of(cast: Cast, who: str, customer: Customer) -> list[str]:
    return statements(entered(cast.users[who]), page(customer, "change"))


@pytest.mark.parametrize("who", ["admin", "owner", "manager"])
def test_the_page_costs_little_and_the_same_however_much_it_shows(cast: Cast, customer: Customer, who: str) -> None:
    customer = one_more_of_each(cast, customer)
    few = page_of(cast, who, customer)
    for _n in range(8):
        customer = one_more_of_each(cast, customer)
    many = page_of(cast, who, customer)
    assert len(few) == len(many) <= PAGE, "\n".join(many)


def test_the_page_of_a_customer_that_is_only_read_along_costs_no_more(cast: Cast, customer: Customer) -> None:
    who = {"employee_ids": [cast.colleague.pk], "by": cast.actor("admin"), "source": "operator"}
    collaborating.add_collaborators(customer=one_more_of_each(cast, customer), **who)
    assert len(page_of(cast, "colleague", customer)) <= PAGE


@pytest.mark.parametrize("who", ["owner", "manager"])
def test_the_page_of_another_record_of_ones_own_customer_costs_no_more(
    cast: Cast, customer: Customer, who: str
) -> None:
    nobodys = make.employee(cast.corp)
    other = one_more_of_each(cast, make.customer(cast.corp, nobodys))
    other.relations.exclude(employee=nobodys).delete()
    make.merge(customer, other)
    seen = entered(cast.users[who])
    assert 'name="_save"' in seen.get(page(other, "change")).content.decode()
    assert len(statements(seen, page(other, "change"))) <= PAGE


def test_the_page_costs_a_superuser_of_no_company_no_more(cast: Cast, customer: Customer) -> None:
    root = entered(User.objects.create_superuser("root", "correct horse battery"))
    assert len(statements(root, page(one_more_of_each(cast, customer), "change"))) <= PAGE


def test_the_costs_name_each_tab() -> None:
    assert set(COSTS) == set(TABS)


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_costs_little_and_the_same_however_full_it_is(cast: Cast, customer: Customer, tab: str) -> None:
    customer = one_more_of_each(cast, make.blacklisted(customer))
    clients = {who: entered(cast.users[who]) for who in ("admin", "owner", "manager")}
    few = {who: cost(client, page(customer, tab)) for who, client in clients.items()}
    for _n in range(3):
        customer = one_more_of_each(cast, customer)
    many = {who: cost(client, page(customer, tab)) for who, client in clients.items()}
    assert few == many
    assert tuple(many.values()) == COSTS[tab]


def cost(client: Any, address: str) -> int | None:
    return len(statements(client, address)) if client.get(address).status_code == 200 else None
