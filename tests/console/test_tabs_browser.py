"""The tabs of a customer's page in a real browser: fetched when opened, by mouse, key and address; or plain links."""

from typing import Any

import pytest

from customers.models import Customer
from tests import make
from tests.conftest import Cast
from tests.console.test_browser import CHROMIUM, Visit, visit  # noqa: F401
from tests.console.test_condition_browser import enter

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NOT RUN: there is no {CHROMIUM}"),
]


@pytest.fixture
def customer(cast: Cast) -> Customer:
    row = make.customer(cast.corp, cast.owner, name="张三丰")
    make.follow_up(row, cast.owner, content="电话里说要样品")
    return row


def at(customer: Customer, more: str = "") -> str:
    return f"/admin/customers/customer/{customer.pk}/change/{more}"


def selected(tab: Any) -> list[str]:
    """The names of the headings that are selected, of the panels that are seen, and of what the Tab key reaches."""
    return tab.evaluate(
        """() => [
            ...document.querySelectorAll('[role=tab][aria-selected=true]'),
            ...[...document.querySelectorAll('[role=tabpanel]')].filter((panel) => panel.offsetParent),
            ...document.querySelectorAll('[role=tab][tabindex="0"]'),
        ].map((one) => one.id.replace(/^(tab|panel)-/, ''))"""
    )


def fetched(tab: Any) -> list[str]:
    """Notes from now on which tabs are asked for."""
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url.split("/tab/")[1]) if "/tab/" in request.url else None)
    return asked


def test_a_tab_is_fetched_once_and_its_address_leads_back_to_it(
    cast: Cast,
    visit: Visit,  # noqa: F811
    customer: Customer,
) -> None:
    tab = enter(visit, cast.users["owner"], at(customer))
    asked = fetched(tab)
    assert selected(tab) == ["general"] * 3
    tab.click("#tab-follow_ups")
    tab.wait_for_selector("text=电话里说要样品")
    assert selected(tab) == ["follow_ups"] * 3
    assert tab.url.endswith("/change/#follow_ups")
    tab.click("#tab-general")
    tab.click("#tab-follow_ups")
    assert asked == ["follow_ups/"]
    tab.go_back()
    assert selected(tab) == ["general"] * 3
    visit.open(at(customer, "#follow_ups"))
    tab.reload()
    tab.wait_for_selector("text=电话里说要样品")
    assert selected(tab) == ["follow_ups"] * 3
    visit.open(at(customer, "?tab=follow_ups"))
    tab.wait_for_selector("text=电话里说要样品")
    assert selected(tab) == ["follow_ups"] * 3
    tab.click("#tab-risks")
    tab.wait_for_selector("#panel-risks >> text=暂无数据")
    assert tab.url.endswith("/change/#risks")


def test_the_arrows_lead_along_the_headings_and_open_none(cast: Cast, visit: Visit, customer: Customer) -> None:  # noqa: F811
    tab = enter(visit, cast.users["owner"], at(customer))
    asked = fetched(tab)
    tab.focus("#tab-general")
    focused = "document.activeElement.id"
    first, second, *_others, last = tab.evaluate("[...document.querySelectorAll('[role=tab]')].map((one) => one.id)")
    for key, name in (("ArrowRight", second), ("End", last), ("ArrowRight", first), ("ArrowLeft", last)):
        tab.keyboard.press(key)
        assert tab.evaluate(focused) == name
    assert (asked, selected(tab)[:2]) == ([], ["general"] * 2)
    tab.focus("#tab-risks")
    tab.keyboard.press(" ")
    tab.wait_for_selector("#panel-risks >> text=暂无数据")
    tab.keyboard.press("Home")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#panel-timeline >> text=时间线")
    assert (asked, tab.evaluate(focused)) == (["risks/", "timeline/"], "tab-timeline")


def test_what_fails_says_so_and_is_tried_again(cast: Cast, visit: Visit, customer: Customer) -> None:  # noqa: F811
    tab = enter(visit, cast.users["owner"], at(customer))
    tab.route("**/tab/follow_ups/", lambda route: route.abort())
    tab.click("#tab-follow_ups")
    alert = tab.wait_for_selector("#panel-follow_ups [role=alert]")
    assert "加载失败" in alert.inner_text()
    assert tab.get_attribute("#panel-follow_ups", "aria-busy") is None
    tab.unroute("**/tab/follow_ups/")
    tab.click("#panel-follow_ups >> text=重试")
    tab.wait_for_selector("text=电话里说要样品")
    assert tab.evaluate("document.activeElement.id") == "panel-follow_ups"
    visit.complaints[:] = [said for said in visit.complaints if "net::ERR_FAILED" not in said]


def test_while_it_is_fetched_it_says_so(cast: Cast, visit: Visit, customer: Customer) -> None:  # noqa: F811
    tab = enter(visit, cast.users["owner"], at(customer))
    held: list[Any] = []
    tab.route("**/tab/follow_ups/", lambda route: held.append(route))
    tab.click("#tab-follow_ups")
    assert tab.wait_for_selector("#panel-follow_ups[aria-busy=true] [role=status]").inner_text() == "正在加载…"
    held[0].continue_()
    tab.wait_for_selector("#panel-follow_ups:not([aria-busy]) >> text=电话里说要样品")


def test_whoever_is_logged_out_is_led_to_the_login_and_back(cast: Cast, visit: Visit, customer: Customer) -> None:  # noqa: F811
    tab = enter(visit, cast.users["owner"], at(customer))
    tab.context.clear_cookies()
    tab.click("#tab-follow_ups")
    tab.click("#panel-follow_ups >> text=重新登录")
    tab.wait_for_selector("#id_username")
    assert "tab%3Dfollow_ups" in tab.url


def test_a_box_that_was_fetched_is_saved_with_the_page_and_the_page_comes_back_to_it(
    cast: Cast,
    visit: Visit,  # noqa: F811
    customer: Customer,
) -> None:
    tab = enter(visit, cast.users["owner"], at(customer))
    tab.fill("#id_name", "新名")
    tab.click("#tab-follow_ups")
    tab.fill("#id_follow_ups-1-content", "下周报价")
    # The calendar is there as for a field that came with the page, and another box can be had.
    assert tab.locator("#panel-follow_ups .datetimeshortcuts").count() > 0
    tab.click("#panel-follow_ups .add-row")
    tab.fill("#id_follow_ups-2-content", "月底签约")
    tab.click("[name=_continue]")
    tab.wait_for_selector("text=成功")
    tab.wait_for_selector("#panel-follow_ups >> text=下周报价")
    assert selected(tab) == ["follow_ups"] * 3
    row = Customer.objects.get(pk=customer.pk)
    assert row.name == "新名"
    assert set(row.follow_ups.values_list("content", flat=True)) == {"电话里说要样品", "下周报价", "月底签约"}


def test_pages_of_a_tab_are_turned_in_it(cast: Cast, visit: Visit, customer: Customer) -> None:  # noqa: F811
    for n in range(12):
        make.follow_up(customer, cast.owner, content=f"第{n}次")
    tab = enter(visit, cast.users["owner"], at(customer))
    tab.fill("#id_name", "没有存")
    tab.click("#tab-follow_ups")
    tab.click("#panel-follow_ups .inline-pagination a")
    tab.wait_for_selector("text=电话里说要样品")
    assert tab.evaluate("document.activeElement.id") == "panel-follow_ups"
    assert tab.input_value("#id_name") == "没有存"
    visit.tab.on("dialog", lambda dialog: dialog.accept())


def test_what_is_shown_of_it_leads_to_the_tab_of_it(cast: Cast, visit: Visit, customer: Customer) -> None:  # noqa: F811
    tab = enter(visit, cast.users["owner"], at(customer))
    tab.click("text=全部跟进关系")
    tab.wait_for_selector("#panel-relations >> text=王小明")
    assert selected(tab) == ["relations"] * 3
    assert tab.evaluate("document.activeElement.id") == "tab-relations"


def test_without_a_script_a_heading_is_a_link(cast: Cast, visit: Visit, customer: Customer) -> None:  # noqa: F811
    tab = enter(visit, cast.users["owner"], at(customer))
    plain = tab.context.browser.new_context(java_script_enabled=False)
    plain.add_cookies(tab.context.cookies())
    bare = plain.new_page()
    bare.goto(visit.address + at(customer))
    bare.click("#tab-follow_ups")
    bare.wait_for_url("**?tab=follow_ups")
    assert bare.is_visible("text=电话里说要样品")
    assert not bare.is_visible("#id_name")
    bare.click("#tab-general")
    # The page that is left may still stand when the click is over.
    bare.wait_for_selector("#id_name")
    plain.close()
