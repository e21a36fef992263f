"""What a customer's page shows of follow-ups and talks, and the settings of the company."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from followups.models import FollowUp, FollowUpSetting, Reminder
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三丰")


def test_a_box_takes_kind_outcome_and_next_time(cast: Cast, customer: Customer, recorded: Any) -> None:
    client = entered(cast.users["owner"])
    box = {"content": "已报价", "kind": "call", "outcome": "thinking", "next_at_0": "2099-01-02", "next_at_1": "10:00"}
    posted = form_of(
        client.get(page(customer, "change"), {"tab": "follow_ups"}),
        **{f"follow_ups-0-{key}": text for key, text in box.items()},
    )
    assert client.post(page(customer, "change"), posted).status_code == 302
    row = FollowUp.objects.get()
    assert (row.content, row.kind, row.outcome, row.employee_id) == ("已报价", "call", "thinking", cast.owner.pk)
    assert f"{row.next_at:%F %H:%M}" == "2099-01-02 02:00"
    assert Reminder.objects.get().follow_up_id == row.pk
    assert [name for name, _pk, _data in recorded()[-2:]] == ["customer.followup.created", "reminder.created"]


def test_a_page_that_is_saved_with_an_empty_box_writes_nothing(cast: Cast, customer: Customer, recorded: Any) -> None:
    client = entered(cast.users["owner"])
    posted = form_of(client.get(page(customer, "change"), {"tab": "follow_ups"}))
    before = recorded()
    assert client.post(page(customer, "change"), posted).status_code == 302
    assert (FollowUp.objects.count(), recorded()) == (0, before)


def test_a_next_time_that_has_passed_takes_the_page_back(cast: Cast, customer: Customer, recorded: Any) -> None:
    client, before = entered(cast.users["owner"]), recorded()
    box = {"content": "已报价", "kind": "call", "next_at_0": "2020-01-02", "next_at_1": "10:00"}
    posted = form_of(
        client.get(page(customer, "change"), {"tab": "follow_ups"}),
        **{f"follow_ups-0-{key}": text for key, text in box.items()},
    )
    assert client.post(page(customer, "change"), posted).status_code == 200
    assert (FollowUp.objects.count(), recorded()) == (0, before)


def test_calls_and_follow_ups_stand_on_the_page_and_lead_on(cast: Cast, customer: Customer) -> None:
    row = make.follow_up(customer, cast.owner, content="电话里说要样品")
    make.communication(customer, cast.owner, content="您好", seconds=95)
    client = entered(cast.users["owner"])
    tabs = [client.get(page(customer, tab)) for tab in ("tab_follow_ups", "tab_communications")]
    text = "".join(tab.content.decode() for tab in tabs)
    for words in ("电话里说要样品", "您好", "1:35", page(row, "change")):
        assert words in text, words


def test_only_administrators_set_how_long_one_may_change(cast: Cast) -> None:
    address = page(FollowUpSetting, "add")
    for who in ("owner", "manager"):
        assert entered(cast.users[who]).post(address, {"edit_hours": 1}).status_code == 403
    client = entered(cast.users["admin"])
    assert client.post(address, {"edit_hours": 24 * 366}).context["adminform"].form.errors["edit_hours"]
    assert client.post(address, {"edit_hours": 48}).status_code == 302
    row = FollowUpSetting.objects.get()
    assert (row.corp_id, row.edit_hours) == (cast.corp.pk, 48)
    # There is one for each company.
    assert client.post(address, {"edit_hours": 3}).status_code == 200
    assert FollowUpSetting.objects.count() == 1
    assert client.post(page(row, "delete"), {"post": "yes"}).status_code == 403


def test_the_tab_costs_no_more_for_ten_follow_ups_than_for_one(cast: Cast, customer: Customer) -> None:
    client, counts = entered(cast.users["owner"]), []
    make.communication(customer, cast.owner)
    for more in (1, 9):
        for n in range(more):
            make.follow_up(customer, cast.owner, content=f"第{n}次")
        client.get(page(customer, "tab_follow_ups"))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page(customer, "tab_follow_ups")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_page_of_a_colleagues_customer_shows_no_follow_up(cast: Cast, customer: Customer) -> None:
    row = make.follow_up(customer, cast.owner, content="电话里说要样品")
    client = entered(cast.users["colleague"])
    for address in (page(customer, "change"), page(row, "change")):
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert "样品" not in client.get(address, follow=True).content.decode()
