"""What each list costs in statements: the same with two rows and with a page full, and no count without a bound."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.console_lists import BoundedPaginator
from core.time import now
from corps.models import User
from customers.models import AccessRecord, Customer, Tombstone
from followups import writing
from tests import make
from tests.conftest import Cast, made_cast
from tests.console.conftest import entered, page, rows_of_each
from tests.world import undone

Costs = dict[str, tuple[list[str], list[str]]]
# Beside the two of the login (session, user): the user's company, and whether a sandbox is connected.
ENTRY = 4
COUNT_AND_ROWS = 2
LISTS = {
    # The tags of the page, the custom fields that can be asked, and the views.
    "customers.customer": COUNT_AND_ROWS + 3,
    "customers.customerview": COUNT_AND_ROWS,
    "customers.stage": COUNT_AND_ROWS,
    "customers.duplicatepair": COUNT_AND_ROWS,
    "customers.customermerge": COUNT_AND_ROWS,
    # Their states, the company, and whether its figures are remembered.
    "customers.channel": COUNT_AND_ROWS + 3,
    # The company, and whether its figures are remembered.
    "customers.contactway": COUNT_AND_ROWS + 2,
    # The names of their people and departments.
    "customers.assignmentrule": COUNT_AND_ROWS + 2,
    "customers.assignment": COUNT_AND_ROWS,
    # Who they are, by name.
    "customers.accessrecord": COUNT_AND_ROWS + 1,
    "customers.tombstone": COUNT_AND_ROWS + 1,
    "followups.followup": COUNT_AND_ROWS,
    # Their stops, and what is due next in each.
    "followups.sopenrolment": COUNT_AND_ROWS + 2,
    "followups.reminder": COUNT_AND_ROWS,
    "followups.sopstop": COUNT_AND_ROWS,
    "followups.followupmention": COUNT_AND_ROWS,
    "followups.followuptemplate": COUNT_AND_ROWS,
    "followups.followupimport": COUNT_AND_ROWS,
    "followups.followupsetting": COUNT_AND_ROWS,
    # Their tags, who joined today and who left.
    "groups.groupchat": COUNT_AND_ROWS + 3,
    # How many of their chats are where.
    "groups.grouptransferjob": COUNT_AND_ROWS + 1,
    "groups.grouptag": COUNT_AND_ROWS,
    "groups.grouptagset": COUNT_AND_ROWS,
    # How the customers of the page's transfers stand, and the takers' names.
    "customers.transferjob": COUNT_AND_ROWS + 2,
    "customers.transferitem": COUNT_AND_ROWS,
    # With those of the page what waits, customers and groups, and who refused; the three figures of the whole.
    "customers.leaver": COUNT_AND_ROWS + 6,
    "insights.loss": COUNT_AND_ROWS,
    "insights.churnscore": COUNT_AND_ROWS,
    "insights.riskalert": COUNT_AND_ROWS,
    "insights.riskrule": COUNT_AND_ROWS,
    "insights.risksetting": COUNT_AND_ROWS,
    "insights.profilesetting": COUNT_AND_ROWS,
    "insights.activitydefinition": COUNT_AND_ROWS,
    # Their refreshes that are under way.
    "segments.segment": COUNT_AND_ROWS + 1,
    # What each says now, and the names of the tags in it.
    "segments.tagrule": COUNT_AND_ROWS + 2,
    "segments.rulerun": COUNT_AND_ROWS,
    "segments.ruleeffect": COUNT_AND_ROWS,
    "segments.ruleoutcome": COUNT_AND_ROWS,
    "tags.tag": COUNT_AND_ROWS,
    "tags.taggroup": COUNT_AND_ROWS,
    # The departments of the page are one statement more.
    "corps.employee": COUNT_AND_ROWS + 1,
    "corps.department": COUNT_AND_ROWS,
    "corps.user": COUNT_AND_ROWS,
    "corps.apiaccount": COUNT_AND_ROWS,
    "messaging.outboxevent": COUNT_AND_ROWS,
    "messaging.inboxevent": COUNT_AND_ROWS,
    "messaging.inboxdelivery": COUNT_AND_ROWS,
    "messaging.deadletter": COUNT_AND_ROWS,
    "messaging.command": COUNT_AND_ROWS,
    "wecom.wecomapp": COUNT_AND_ROWS,
    "wecom.apiclosure": COUNT_AND_ROWS,
    "wecom.syncrun": COUNT_AND_ROWS,
    "wecom.driftcheck": COUNT_AND_ROWS,
    "wecom.messagearchive": COUNT_AND_ROWS,
    "wecom.notice": COUNT_AND_ROWS,
}


def statements(client: Any, address: str) -> list[str]:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return [q["sql"] for q in seen.captured_queries]


def full_page(cast: Cast) -> None:
    for n in range(12):
        group = make.group(cast.corp)
        tag = make.tag(group)
        employee = make.employee(cast.corp, cast.department)
        customer = make.tagged(make.customer(cast.corp, employee), tag)
        follow_up = writing.write(customer=customer, content=f"第{n}次", by=cast.actor("admin"), source="operator")
        make.comment(follow_up, mention_ids=[employee.pk])
        make.follow_up_template(cast.corp)
        make.chat(cast.corp, employee, customer)
        make.loss(customer, employee)
        make.transfer(customer, employee, make.employee(cast.corp), cast.colleague)
        make.leaver(cast.corp)
        make.contact_way(cast.corp, employee, channel=make.channel(cast.corp, f"state{n}"))
        make.assignment_rule(cast.corp, employee, department_ids=[cast.department.pk], spare_id=employee.pk)
        make.assignment(customer, employee)
        make.duplicate_pair(customer, make.customer(cast.corp))
        make.merge(make.customer(cast.corp), make.customer(cast.corp))
        told: Any = {"corp": cast.corp, "actor": cast.actor("owner").label, "reason": "asked for", "at": now()}
        AccessRecord.objects.create(kind="view", customer=customer, employee=employee, source="api", **told)
        Tombstone.objects.create(digest=f"{n:064}", customer_id=customer.pk, **told)
        make.alert(customer, employee)
        make.notice(employee)
        make.account(cast.corp)
        make.command(cast.corp, subject={"customerId": customer.pk, "employeeId": employee.pk, "tagId": tag.pk})
        make.user(cast.corp, employee=employee)
        make.staged(customer, make.stage(cast.corp))
        make.rule_effect(make.rule_run(make.tag_rule(cast.corp, tag)), customer)
        make.segment(cast.corp)
        make.reminder(customer, employee, enrolment=(sop := make.sop(customer)), step=1)
        make.sop_stop(sop, state="dead")
        make.department(cast.corp, cast.department)


@pytest.fixture(scope="module")
def costs(django_db_setup: None, django_db_blocker: Any) -> Costs:
    """List → its statements with a row or two, and with a page full: the rows are made once for all lists."""
    with django_db_blocker.unblock(), undone():
        cast = made_cast()
        rows, client = rows_of_each(cast), entered(cast.users["admin"])
        addresses = {name: page(type(rows[name]), "changelist") for name in LISTS}
        few = {name: statements(client, address) for name, address in addresses.items()}
        full_page(cast)
        return {name: (few[name], statements(client, address)) for name, address in addresses.items()}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_however_full_it_is(costs: Costs, name: str) -> None:
    few, many = costs[name]
    assert len(few) == len(many) == ENTRY + LISTS[name], "\n".join(many)


@pytest.mark.parametrize("name", LISTS)
def test_no_list_counts_without_a_bound(costs: Costs, name: str) -> None:
    for sql in costs[name][1]:
        assert "COUNT(*)" not in sql or "LIMIT" in sql, sql


def test_a_customers_page_costs_the_same_however_much_it_shows(cast: Cast) -> None:
    group = make.group(cast.corp)
    customer = make.tagged(make.customer(cast.corp, cast.owner), make.tag(group))
    make.staged(customer, make.stage(cast.corp))
    writing.write(customer=customer, content="第一次", by=cast.actor("admin"), source="operator")
    client = entered(cast.users["admin"])
    few = statements(client, page(customer, "change"))
    make.tagged(customer, *(make.tag(group) for _n in range(8)))
    for n in range(8):
        make.relation(customer, make.employee(cast.corp))
        writing.write(customer=customer, content=f"第{n}次", by=cast.actor("admin"), source="operator")
        make.staged(customer, make.stage(cast.corp))
    many = statements(client, page(customer, "change"))
    assert len(many) == len(few), "\n".join(many)
    # Tabs are read when they are opened (tests/console/test_tab_costs.py).
    assert len(many) <= 12, "\n".join(many)


def test_the_overview_counts_no_further_than_its_bound(cast: Cast, one_of_each: dict[str, Any]) -> None:
    seen = statements(entered(cast.users["admin"]), reverse("admin:index"))
    assert all("LIMIT" in sql for sql in seen if "COUNT(" in sql)
    # All that waits is counted by one.
    assert len(seen) <= ENTRY + 7, "\n".join(seen)


def test_a_count_stops_at_the_bound_and_says_so(cast: Cast, monkeypatch: Any) -> None:
    for _n in range(5):
        make.customer(cast.corp)
    monkeypatch.setattr(BoundedPaginator, "bound", 3)
    paginator = BoundedPaginator(Customer.objects.order_by("-id"), 2)
    assert (paginator.count, paginator.num_pages, paginator.shown) == (3, 2, "3+")
    monkeypatch.setattr(BoundedPaginator, "bound", 5)
    assert BoundedPaginator(Customer.objects.order_by("-id"), 2).shown == "5"
    listed = entered(cast.users["admin"]).get(page(Customer, "changelist"))
    assert "共 5 条" in listed.content.decode()


def test_no_page_lies_deeper_than_the_bound(cast: Cast, monkeypatch: Any) -> None:
    for _n in range(45):
        make.customer(cast.corp)
    monkeypatch.setattr(BoundedPaginator, "bound", 40)
    client = entered(cast.users["admin"])
    assert client.get(page(Customer, "changelist"), {"p": 2}).status_code == 200
    beyond = client.get(page(Customer, "changelist"), {"p": 3})
    assert (beyond.status_code, beyond.url) == (302, f"{page(Customer, 'changelist')}?e=1")


@pytest.mark.parametrize(("clicked", "order"), [("7", "ASC"), ("-7", "DESC")])
def test_a_sorted_list_goes_one_way_through_its_index(cast: Cast, clicked: str, order: str) -> None:
    make.customer(cast.corp)
    address = f"{page(Customer, 'changelist')}?o={clicked}"
    rows = next(
        sql for sql in statements(entered(cast.users["admin"]), address) if "search_text" in sql and "COUNT" not in sql
    )
    columns = rows.split("ORDER BY")[1].split("LIMIT")[0]
    assert [part.split()[-1] for part in columns.split(",")] == [order, order], rows


def test_the_companies_names_are_not_joined_into_a_superusers_list(cast: Cast) -> None:
    make.customer(cast.corp)
    make.customer(cast.other_corp)
    client = entered(User.objects.create_superuser("root", "correct horse battery"))
    seen = statements(client, page(Customer, "changelist"))
    assert not [sql for sql in seen if 'JOIN "corp"' in sql or "JOIN `corp`" in sql]
    assert "乙公司" in client.get(page(Customer, "changelist")).content.decode()


def test_a_superusers_search_names_the_companies_by_which_the_grams_are_kept(cast: Cast) -> None:
    make.customer(cast.corp, name="欧阳")
    make.customer(cast.other_corp, name="欧阳")
    client = entered(User.objects.create_superuser("root", "correct horse battery"))
    listed = client.get(page(Customer, "changelist"), {"q": "欧阳"})
    assert len(listed.context["cl"].result_list) == 2
