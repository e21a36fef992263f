"""The customer list in a real browser: searched while typing, narrowed by keyboard, on a phone, and without scripts."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from customers.models import CustomerView
from tests import make
from tests.conftest import Cast
from tests.console.test_browser import CHROMIUM, Visit, visit  # noqa: F401
from tests.console.test_condition_browser import enter, here

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NOT RUN: there is no {CHROMIUM}"),
]
LIST = "/admin/customers/customer/"


def rows(tab: Any, number: int) -> None:
    """Wait until the list has so many."""
    tab.wait_for_function(f"document.querySelectorAll('tr input.action-select').length === {number}")


def test_what_is_typed_is_searched_for_without_going_into_the_address(cast: Cast, visit: Visit) -> None:  # noqa: F811
    for name in ("欧阳娜娜", "欧阳锋", "王小明"):
        make.customer(cast.corp, cast.owner, name=name)
    tab = enter(visit, cast.users["admin"], LIST)
    tab.focus("#searchbar")
    tab.keyboard.insert_text("欧阳")
    rows(tab, 2)
    assert tab.url.endswith(LIST)
    assert here(tab) == ""
    assert "共 2 条" in tab.inner_text("#customer-told")
    assert "搜索：欧阳" in tab.inner_text("#customer-asked")
    # The boxes of the new rows work as those of the first ones did.
    tab.check("tr input.action-select >> nth=0")
    tab.wait_for_function("/1/.test(document.querySelector('.action-counter').textContent)")
    tab.focus("#searchbar")
    tab.keyboard.insert_text("娜")
    rows(tab, 1)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**q=*")
    rows(tab, 1)


def test_the_drawer_is_opened_filled_and_left_by_keyboard(cast: Cast, visit: Visit) -> None:  # noqa: F811
    make.customer(cast.corp, cast.owner, name="甲", gender=1)
    make.customer(cast.corp, cast.owner, name="乙", gender=2)
    tab = enter(visit, cast.users["admin"], LIST)
    tab.focus("#filters-open")
    tab.keyboard.press("Space")
    tab.wait_for_function("document.activeElement.closest('#changelist-filter') !== null")
    assert tab.get_attribute("#filters-open", "aria-expanded") == "true"
    tab.keyboard.press("Escape")
    tab.wait_for_function("document.activeElement.id === 'filters-open'")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#filter-form select[name=gender__exact]", state="visible")
    tab.select_option("#filter-form select[name=gender__exact]", "2")
    tab.click("#filter-form button[type=submit]")
    tab.wait_for_url("**gender__exact=2*")
    # What nobody filled in is not in the address.
    assert tab.url.endswith(f"{LIST}?gender__exact=2")
    rows(tab, 1)
    tab.click("a[aria-label='去掉“性别 女”']")
    rows(tab, 2)


def test_a_condition_a_view_and_columns_go_from_page_to_page(cast: Cast, visit: Visit) -> None:  # noqa: F811
    make.customer(cast.corp, cast.owner, name="甲", city="北京")
    make.customer(cast.corp, cast.owner, name="乙", city="上海")
    tab = enter(visit, cast.users["admin"], LIST)
    tab.click(".console-advanced")
    tab.click("text=以 JSON 显示")
    tab.fill("textarea[name=condition]", '{"version": 1, "where": {"field": "name", "op": "contains", "value": "甲"}}')
    # Left, it is drawn and counted, and the page below it moves.
    tab.keyboard.press("Tab")
    tab.wait_for_selector(".cb-count:has-text('1 位客户')")
    tab.click("button:has-text('查看客户')")
    tab.wait_for_url("**kept=*")
    rows(tab, 1)
    assert "名称包含“甲”" in tab.inner_text(".console-chips")
    tab.click("text=存为视图")
    tab.fill("#id_name", "找甲")
    tab.fill("input[name=columns_heading]", "1")
    tab.fill("input[name=columns_gender]", "2")
    tab.click("button[name=_save]")
    tab.wait_for_selector(".console-views [aria-current]:has-text('找甲')")
    rows(tab, 1)
    heads = tab.locator("#result_list thead .text").all_inner_texts()
    assert [head for head in heads if head] == ["客户", "性别"]
    assert CustomerView.objects.get(name="找甲").condition is not None


@pytest.mark.parametrize("width", [1440, 390])
def test_the_list_is_read_aloud_and_fits(cast: Cast, visit: Visit, width: int) -> None:  # noqa: F811
    tag = make.tag(make.group(cast.corp), name="很长很长很长很长很长很长很长的标签")
    make.tagged(make.customer(cast.corp, cast.owner, name="甲", gender=1), tag)
    make.list_view(cast.users["admin"], name="男客户")
    visit.tab.set_viewport_size({"width": width, "height": 900})
    tab = enter(visit, cast.users["admin"], f"{LIST}?tag={tag.pk}&gender__exact=1&add_time_from=2020-01-01")
    tab.wait_for_selector(".console-chip")
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for part in (".console-views", "#customer-asked"):
        found = Axe().run(tab, context=part)
        assert found.violations_count == 0, found.generate_report()


def test_without_scripts_chips_filters_and_search_are_plain_links_and_forms(
    cast: Cast,
    visit: Visit,  # noqa: F811
) -> None:
    make.customer(cast.corp, cast.owner, name="甲", gender=1)
    make.customer(cast.corp, cast.owner, name="乙", gender=2)
    cookies = enter(visit, cast.users["admin"], LIST).context.cookies()
    plain = visit.tab.context.browser.new_context(java_script_enabled=False, locale="zh-CN")
    plain.add_cookies(cookies)
    tab = plain.new_page()
    tab.goto(f"{visit.address}{LIST}")
    tab.select_option("#filter-form select[name=gender__exact]", "2")
    tab.click("#filter-form button[type=submit]")
    tab.wait_for_selector(".console-chip:has-text('女')")
    assert tab.locator("tr input.action-select").count() == 1
    tab.fill("#searchbar", "甲")
    tab.click("#searchbar-submit")
    tab.wait_for_selector("text=没有符合条件的数据")
    tab.click(".console-chips >> text=清除全部")
    tab.wait_for_url(f"**{LIST}?")
    assert tab.locator("tr input.action-select").count() == 2
    plain.close()
