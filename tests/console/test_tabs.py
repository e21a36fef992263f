"""The tabs of a customer's page: headings that lead somewhere, each read alone, and a form that is saved as before."""

import re
from typing import Any

import pytest
from django.test import Client

from core.console_tabs import tab_name
from corps.models import User
from customers.admin import CustomerAdmin
from customers.models import Customer
from followups.models import FollowUp
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page

HEADING = re.compile(r'<a id="tab-(\w+)"[^>]* role="tab" href="([^"]*)" aria-controls="([^"]+)" aria-selected="(\w+)"')
PANEL = re.compile(r'<div id="panel-(\w+)"[^>]* role="tabpanel"[^>]*>')


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三丰")


def shown(client: Client, customer: Customer, **query: str) -> str:
    return client.get(page(customer, "change"), query).content.decode()


def headings(content: str) -> dict[str, tuple[str, str]]:
    """Name → its link, and whether it is the one that is selected."""
    return {name: (link, selected) for name, link, _panel, selected in HEADING.findall(content)}


def visible_panels(content: str) -> list[str]:
    return [found[1] for found in PANEL.finditer(content) if not found[0].endswith(" hidden>")]


def test_no_two_tabs_have_one_name() -> None:
    names = [tab_name(Customer, inline) for inline in CustomerAdmin.inlines]
    assert len(set(names)) == len(names) > 15


class TestThePage:
    def test_each_heading_has_a_panel_and_a_link_that_needs_no_script(self, cast: Cast, customer: Customer) -> None:
        content = shown(entered(cast.users["admin"]), customer)
        found = headings(content)
        assert list(found) == ["general", *(tab_name(Customer, inline) for inline in CustomerAdmin.inlines)]
        assert [match[1] for match in PANEL.finditer(content)] == list(found)
        for name, (link, selected) in found.items():
            assert link == (page(customer, "change") if name == "general" else f"?tab={name}")
            assert selected == ("true" if name == "general" else "false")

    def test_it_begins_with_what_it_is_about(self, cast: Cast, customer: Customer) -> None:
        make.tagged(customer, make.tag(make.group(cast.corp), name="重点客户"))
        make.relation(customer, cast.colleague, remark="展会认识的")
        content = shown(entered(cast.users["admin"]), customer)
        assert visible_panels(content) == ["general"]
        for text in ("重点客户", "王小明", "展会认识的"):
            assert text in content

    def test_a_tag_for_two_followers_is_shown_once(self, cast: Cast, customer: Customer) -> None:
        tag = make.tag(make.group(cast.corp), name="重点客户")
        make.tagged(customer, tag)
        row = customer.tag_rows.get()
        row.pk, row.follower = None, cast.colleague
        row.save()
        answer = entered(cast.users["admin"]).get(page(customer, "change"))
        assert answer.context["essentials"].tags == ["重点客户"]

    def test_more_than_a_handful_is_left_to_the_tabs(self, cast: Cast, customer: Customer) -> None:
        make.tagged(customer, *(make.tag(make.group(cast.corp)) for _n in range(31)))
        for _n in range(6):
            make.relation(customer, make.employee(cast.corp))
        kept = entered(cast.users["admin"]).get(page(customer, "change")).context["essentials"]
        assert (len(kept.tags), kept.more_tags, len(kept.relations), kept.more_relations) == (30, True, 6, True)

    def test_a_tab_in_the_address_is_rendered_with_the_page(self, cast: Cast, customer: Customer) -> None:
        make.follow_up(customer, cast.owner, content="电话里说要样品")
        client = entered(cast.users["owner"])
        assert "电话里说要样品" not in shown(client, customer)
        content = shown(client, customer, tab="follow_ups")
        assert "电话里说要样品" in content
        assert headings(content)["follow_ups"][1] == "true"
        assert visible_panels(content) == ["follow_ups"]

    @pytest.mark.parametrize("name", ["nonsense", "general", "transfers", "<b>"])
    def test_a_tab_that_is_not_there_leaves_the_page_as_it_is(self, cast: Cast, customer: Customer, name: str) -> None:
        answer = entered(cast.users["owner"]).get(page(customer, "change"), {"tab": name})
        content = answer.content.decode()
        assert (answer.status_code, visible_panels(content)) == (200, ["general"])
        assert "<b>" not in content

    def test_a_role_has_no_heading_of_what_it_may_not_see(self, cast: Cast, customer: Customer) -> None:
        names = {who: set(headings(shown(entered(cast.users[who]), customer))) for who in ("owner", "manager")}
        assert names["manager"] - names["owner"] == {"transfers", "assignments"}

    def test_a_new_customer_has_no_tabs(self, cast: Cast) -> None:
        content = entered(cast.users["owner"]).get(page(Customer, "add")).content.decode()
        assert headings(content) == {}
        assert "console/tabs.js" not in content

    def test_the_follower_is_chosen_already(self, cast: Cast, customer: Customer) -> None:
        content = shown(entered(cast.users["admin"]), customer)
        assert re.search(rf'<option value="{cast.owner.pk}"[^>]*selected[^>]*>\s*王小明', content)


class TestATab:
    def test_it_is_a_piece_of_a_page(self, cast: Cast, customer: Customer) -> None:
        make.follow_up(customer, cast.owner, content="电话里说要样品")
        answer = entered(cast.users["owner"]).get(page(customer, "tab_follow_ups"))
        content = answer.content.decode()
        assert "电话里说要样品" in content
        assert "<html" not in content
        assert "<script" not in content
        assert "no-store" in answer["Cache-Control"]

    def test_one_without_rows_says_so(self, cast: Cast, customer: Customer) -> None:
        client = entered(cast.users["owner"])
        assert "暂无数据" in client.get(page(customer, "tab_risks")).content.decode()
        assert "在您可见的客户群中没有此客户" in client.get(page(customer, "tab_group_stays")).content.decode()

    def test_it_is_read_page_by_page(self, cast: Cast, customer: Customer) -> None:
        for n in range(12):
            make.follow_up(customer, cast.owner, content=f"第{n}次")
        client, address = entered(cast.users["owner"]), page(customer, "tab_follow_ups")
        first = client.get(address).content.decode()
        assert f'data-page="{address}?follow_ups-page=2"' in first
        assert 'href="?tab=follow_ups&amp;follow_ups-page=2"' in first
        second = {"follow_ups-page": "2"}
        for answer in (
            client.get(address, second),
            client.get(page(customer, "change"), second | {"tab": "follow_ups"}),
        ):
            assert re.findall(r"第\d+次", answer.content.decode()) == ["第1次", "第0次"]

    def test_it_takes_nothing(self, cast: Cast, customer: Customer) -> None:
        client = entered(cast.users["owner"])
        answer = client.post(page(customer, "tab_follow_ups"), {"follow_ups-0-content": "偷写"})
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
        assert not FollowUp.objects.exists()

    @pytest.mark.parametrize("who", ["colleague", "stranger"])
    def test_of_somebody_elses_customer_there_is_none(self, cast: Cast, customer: Customer, who: str) -> None:
        for tab in ("tab_follow_ups", "tab_timeline", "tab_tag_rows"):
            assert entered(cast.users[who]).get(page(customer, tab)).status_code == 404
            assert entered(cast.users[who]).post(page(customer, tab)).status_code == 404

    def test_one_that_the_role_may_not_see_is_not_there(self, cast: Cast, customer: Customer) -> None:
        for who, code in {"owner": 404, "manager": 200}.items():
            assert entered(cast.users[who]).get(page(customer, "tab_transfers")).status_code == code

    def test_of_no_customer_there_is_none(self, cast: Cast, customer: Customer) -> None:
        address = page(customer, "tab_risks").replace(f"/{customer.pk}/", "/999999/")
        for path in (address, address.replace("999999", "x"), address.replace("risks", "nonsense")):
            assert entered(cast.users["admin"]).get(path, follow=True).status_code in (200, 404)
            assert "panel-risks" not in entered(cast.users["admin"]).get(path).content.decode()

    def test_whoever_is_not_logged_in_is_led_to_the_login(self, cast: Cast, customer: Customer) -> None:
        answer = Client().get(page(customer, "tab_risks"))
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]

    def test_a_superuser_of_no_company_opens_each(self, cast: Cast, customer: Customer) -> None:
        root = entered(User.objects.create_superuser("root", "correct horse battery"))
        for inline in CustomerAdmin.inlines:
            assert root.get(page(customer, f"tab_{tab_name(Customer, inline)}")).status_code == 200

    def test_who_reads_along_has_no_box_in_it(self, cast: Cast, customer: Customer) -> None:
        make.follow_up(customer, cast.owner, content="电话里说要样品")
        customer.collaborators.create(corp=cast.corp, employee=cast.colleague)
        content = entered(cast.users["colleague"]).get(page(customer, "tab_follow_ups")).content.decode()
        assert "电话里说要样品" in content
        assert "<textarea" not in content


class TestSaving:
    def test_a_page_whose_tabs_nobody_opened_is_saved(self, cast: Cast, customer: Customer) -> None:
        client = entered(cast.users["owner"])
        posted = form_of(client.get(page(customer, "change")), name="李四")
        assert not [name for name in posted if name.endswith("TOTAL_FORMS")]
        assert client.post(page(customer, "change"), posted).status_code == 302
        assert Customer.objects.get(pk=customer.pk).name == "李四"

    def test_a_tab_that_is_read_only_is_not_asked_again(self, cast: Cast, customer: Customer) -> None:
        client = entered(cast.users["owner"])
        posted = form_of(client.get(page(customer, "change"), {"tab": "tag_rows"}), name="")
        assert "tag_rows-TOTAL_FORMS" in posted
        posted["if_version"] = "x"
        refused = client.post(page(customer, "change"), posted)
        assert refused.status_code == 200
        assert refused.context["inline_admin_formsets"] == []

    def test_a_refused_box_is_what_is_seen(self, cast: Cast, customer: Customer, recorded: Any) -> None:
        client, before = entered(cast.users["owner"]), recorded()
        shown = client.get(page(customer, "change"), {"tab": "follow_ups"})
        posted = form_of(shown, name="新名", **{"follow_ups-0-content": "字" * 10_001})
        content = client.post(page(customer, "change"), posted).content.decode()
        assert " data-refused" in content
        assert visible_panels(content) == ["follow_ups"]
        assert "字" * 10_001 in content
        assert recorded() == before

    def test_a_refused_field_of_the_customers_own_is_what_is_seen(self, cast: Cast, customer: Customer) -> None:
        client = entered(cast.users["owner"])
        posted = form_of(client.get(page(customer, "change"), {"tab": "follow_ups"}), add_time_0="gestern")
        content = client.post(page(customer, "change"), posted | {"follow_ups-0-content": "写过的"}).content.decode()
        assert visible_panels(content) == ["general"]
        # What was typed elsewhere is still there.
        assert "写过的" in content
