"""The main pages in a real browser and in the dark: read by other means than the eye."""

import os
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from corps.models import User
from tests.conftest import Cast
from tests.console import every_page
from tests.console.conftest import entered, rows_of_each
from tests.console.test_browser import CHROMIUM, Visit, visit  # noqa: F401

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NOT RUN: there is no {CHROMIUM}"),
]
# WCAG 2.2 AA, and what a reader finds the way by.
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WAYMARKS = ["landmark-one-main", "page-has-heading-one", "document-title"]
_AXE = """([values, waymarks]) => axe.run({
    runOnly: { type: "tag", values }, rules: Object.fromEntries(waymarks.map((id) => [id, { enabled: true }])),
    resultTypes: ["violations"],
}).then((run) => run.violations.map((v) => [v.id, v.nodes[0].html.slice(0, 140)]))"""
MAIN = ["/admin/", "/admin/customers/customer/", "/admin/segments/tagrule/", "/admin/insights/dailystat/"]


def amiss(tab: Any) -> list[Any]:
    """What axe finds wrong with the whole page: each rule once, with the first element that breaks it."""
    tab.evaluate(AXE_SCRIPT)
    return list(tab.evaluate(_AXE, [LEVELS, WAYMARKS]))


def fits(tab: Any) -> bool:
    """Whether the page comes to be no wider than its window; charts are drawn anew a moment later."""
    try:
        tab.wait_for_function(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1", timeout=5_000
        )
    except PlaywrightTimeout:
        return False
    return True


def enter(visit: Visit, user: User) -> Any:  # noqa: F811
    """A client and the browser in one session of this user, made without the form: the pages are the point."""
    client = entered(user)
    session = client.cookies["sessionid"].value
    visit.tab.context.add_cookies([{"name": "sessionid", "value": session, "url": visit.address}])
    return client


def test_the_main_pages_are_read_in_the_dark_too(cast: Cast, visit: Visit) -> None:  # noqa: F811
    rows = rows_of_each(cast)
    enter(visit, cast.users["admin"])
    customer = f"/admin/customers/customer/{rows['customers.customer'].pk}/change/"
    visit.tab.add_init_script("localStorage.setItem('adminTheme', '\"dark\"')")
    wrong = {}
    for address in [*MAIN, customer]:
        visit.open(address)
        visit.tab.wait_for_selector("html.dark")
        if found := amiss(visit.tab):
            wrong[address] = found
    assert wrong == {}


@pytest.mark.timeout(1_200)
def test_every_list_and_its_like_is_read_in_chinese_and_fits_a_phone(cast: Cast, visit: Visit) -> None:  # noqa: F811
    """With ``SWEEP=all`` every page of the console, which takes six minutes."""
    rows = rows_of_each(cast)
    client = enter(visit, cast.users["admin"])
    addresses = every_page.to_look_at(every_page.pages(client, rows))
    if os.environ.get("SWEEP") != "all":
        addresses = [address for address in addresses if every_page.kind(address) == address]
    assert len(addresses) > 40
    wrong: dict[str, Any] = {}
    for address in addresses:
        visit.tab.set_viewport_size({"width": 1440, "height": 900})
        visit.open(address)
        found = amiss(visit.tab)
        visit.tab.set_viewport_size({"width": 390, "height": 844})
        if not fits(visit.tab):
            found.append("wider than a phone")
        if found:
            wrong[address] = found
    assert wrong == {}


def test_the_sweep_sees_a_field_without_a_name(cast: Cast, visit: Visit) -> None:  # noqa: F811
    enter(visit, cast.users["admin"])
    visit.open("/admin/")
    visit.tab.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input type=number>')")
    assert "label" in [rule for rule, _element in amiss(visit.tab)]


def test_the_sweep_sees_a_page_that_is_too_wide(cast: Cast, visit: Visit) -> None:  # noqa: F811
    enter(visit, cast.users["admin"])
    visit.open("/admin/")
    assert fits(visit.tab)
    visit.tab.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<p style=width:3000px>x</p>')")
    assert not fits(visit.tab)
