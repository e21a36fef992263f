"""Statistics in a real browser: charts that are drawn, pages that hold on a phone, nothing amiss for other readers."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from insights.console.stats.catalogue import REPORTS
from tests.console.test_browser import CHROMIUM, Visit, visit  # noqa: F401
from tests.insights.stats.story import DAYS, told
from tests.insights.stats.world import World

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NOT RUN: there is no {CHROMIUM}"),
]
ADDRESSES = {
    name: reverse(f"admin:insights_dailystat_{'changelist' if name == 'overview' else name}")
    + ("" if name == "overview" else f"?first={DAYS['first']}&last={DAYS['last']}")
    for name in REPORTS
}
PHONE = {"width": 390, "height": 844}


def amiss(tab: Any) -> list[Any]:
    """What axe finds wrong with the page, but for the theme's frame around it and Django's fields that search."""
    within = {"include": [["#content"]], "exclude": [[".select2-container"]]}
    found = Axe().run(tab, context=within).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found]


def test_every_report_is_drawn_holds_on_a_phone_and_is_read_by_other_means(
    world: World,
    visit: Visit,  # noqa: F811
) -> None:
    told(world)
    tab = visit.tab
    visit.log_in(world.cast.users["admin"], ADDRESSES["overview"])
    wrong: dict[str, Any] = {}
    for name, address in ADDRESSES.items():
        visit.open(address)
        charts = tab.locator("canvas.chart")
        drawn = tab.evaluate("[...document.querySelectorAll('canvas.chart')].map(c => Boolean(Chart.getChart(c)))")
        assert len(drawn) == charts.count() and all(drawn), name
        if found := amiss(tab):
            wrong[name] = found
        tab.set_viewport_size(PHONE)
        # A chart takes a moment to follow.
        tab.wait_for_function("document.documentElement.scrollWidth <= innerWidth", timeout=5_000)
        tab.set_viewport_size({"width": 1280, "height": 800})
    assert wrong == {}


def test_a_number_is_followed_to_its_customers_and_days_are_chosen(
    world: World,
    visit: Visit,  # noqa: F811
) -> None:
    told(world)
    tab = visit.tab
    visit.log_in(world.cast.users["admin"], ADDRESSES["growth"])
    tab.click("table.stats-table tbody tr:first-child td:nth-child(3) a")
    tab.wait_for_url("**/behind/**")
    shown = tab.inner_text("#content h2")
    assert shown.startswith("新增") and tab.locator("table.stats-table tbody tr").count() == int(shown.split(": ")[1])
    tab.click("table.stats-table tbody th a")
    tab.wait_for_url("**/customers/customer/**")

    visit.open(ADDRESSES["growth"])
    tab.fill("[name=first]", "2026-03-02")
    tab.fill("[name=last]", "2026-03-05")
    tab.click(".stats-form button[type=submit]")
    tab.wait_for_url("**first=2026-03-02**")
    # Two lines of sums, and one for each day; what is foretold stands in tables of its own.
    assert tab.locator("table.stats-table").first.locator("tbody tr").count() == 2 + 4
    assert tab.input_value("[name=first]") == "2026-03-02"
