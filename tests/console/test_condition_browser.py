"""The builder of conditions in a real browser: by keyboard alone, with names that look like markup, and read aloud."""

import json
import random
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from core.time import now
from corps.models import User
from segments.conditions import compiled, parsing
from segments.models import TagRule
from segments.rules import saying
from tests import make
from tests.conftest import Cast
from tests.console.conftest import page as page_of
from tests.console.test_browser import CHROMIUM, PASSWORD, Visit, visit  # noqa: F401
from tests.segments import dice, scene
from tests.segments.rules.played import adds, draft

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NOT RUN: there is no {CHROMIUM}"),
]

HOSTILE = "<script>window.__xss=1</script><img src=x onerror=window.__xss=1>"
_REWRITE = """async (documents) => {
    const { read, write } = await import("/static/console/conditions/tree.js");
    return documents.map((each) => write(read(each)).document);
}"""


def enter(visit: Visit, user: User, path: str) -> Any:  # noqa: F811
    """Open a page as somebody who is logged in; what it then complains of is the test's."""
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": visit.address}
    visit.tab.context.add_cookies([cookie])
    visit.open(path)
    return visit.tab


def condition_of(rule: TagRule) -> Any:
    return saying.newest(TagRule.objects.get(pk=rule.pk)).condition


def here(tab: Any) -> str:
    """What somebody who can't see is told of where the focus is."""
    return str(
        tab.evaluate("(document.activeElement.getAttribute('aria-label') || document.activeElement.textContent).trim()")
    )


def walk_to(tab: Any, name: str, key: str = "Tab") -> None:
    for _step in range(120):
        tab.keyboard.press(key)
        if here(tab).endswith(name):
            return
    raise AssertionError(f"no {name!r} by {key}")


def choose(tab: Any, value: str) -> None:
    """In a list of the browser's own, by arrows."""
    for _step in range(120):
        if tab.evaluate("document.activeElement.value") == value:
            return
        tab.keyboard.press("ArrowDown")
    raise AssertionError(f"no {value!r}")


def ask(tab: Any, field: str, op: str) -> None:
    """One more condition: the focus ends where its value is typed."""
    walk_to(tab, "添加条件")
    tab.keyboard.press("Enter")
    choose(tab, f"field:{field}")
    tab.keyboard.press("Tab")
    choose(tab, op)
    tab.keyboard.press("Tab")


def pick(tab: Any, term: str) -> None:
    tab.keyboard.insert_text(term)
    tab.wait_for_selector(f".cb-at:has-text('{term}')")
    tab.keyboard.press("Enter")


def test_a_condition_is_built_counted_and_saved_by_keyboard_alone(cast: Cast, visit: Visit) -> None:  # noqa: F811
    group = make.group(cast.corp, name="等级")
    gold, silver, black = (make.tag(group, name=name) for name in ("金卡", "银卡", "黑名"))
    for tags, city in (([gold], "北京"), ([silver], "上海"), ([gold, black], "北京"), ([gold], "广州")):
        make.tagged(make.customer(cast.corp, cast.owner, city=city, add_time=now()), *tags)
    rule = draft(cast.corp, adds(gold))
    tab = enter(visit, cast.users["admin"], page_of(rule, "change"))
    tab.focus("#id_compare")
    ask(tab, "tags", "any")
    pick(tab, "金卡")
    pick(tab, "银卡")
    ask(tab, "tags", "none")
    pick(tab, "黑名")
    ask(tab, "addTime", "within")
    tab.keyboard.press("Control+A")
    tab.keyboard.type("90")
    ask(tab, "city", "in")
    for city in ("北京", "上海"):
        tab.keyboard.insert_text(city)
        tab.keyboard.press("Enter")
    tab.wait_for_selector(".cb-count:has-text('2 位客户')")
    said = tab.inner_text(".cb-sentence")
    assert "标签包含“金卡”或“银卡”" in said
    assert "最近 90 天" in said
    walk_to(tab, "保存")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/tagrule/")
    assert condition_of(rule) == {
        "version": 1,
        "where": {
            "all": [
                {"field": "tags", "op": "any", "value": [gold.pk, silver.pk]},
                {"field": "tags", "op": "none", "value": [black.pk]},
                {"field": "addTime", "op": "within", "value": {"days": 90}},
                {"field": "city", "op": "in", "value": ["北京", "上海"]},
            ]
        },
    }


def test_what_is_stored_is_shown_by_name_mended_undone_and_told_wrong_at_its_place(
    cast: Cast,
    visit: Visit,  # noqa: F811
) -> None:
    tag = make.tag(make.group(cast.corp, name="<b>组</b>"), name=HOSTILE[:32])
    make.tagged(make.customer(cast.corp, cast.owner, name=HOSTILE[:60], city=HOSTILE[:50]), tag)
    wild = {"all": [{"field": "tags", "op": "any", "value": [tag.pk]}, {"not": {"some": "group"}}]}
    rule = draft(cast.corp, adds(tag), condition={"version": 1, "where": wild})
    tab = enter(visit, cast.users["admin"], page_of(rule, "change"))
    tab.wait_for_selector(f".cb-chip:has-text('{HOSTILE[:31]}')")
    tab.wait_for_selector(".cb-count:has-text('1 位客户')")
    tab.click(".cb-details summary")
    assert HOSTILE[:60] in tab.inner_text(".cb-sample")

    # Away with it, and back; the focus follows.
    tab.focus("[aria-label='移除条件 1']")
    tab.keyboard.press("Enter")
    assert (tab.locator(".cb-chip").count(), here(tab)) == (0, "undo撤销")
    tab.keyboard.press("Enter")
    assert (tab.locator(".cb-chip").count(), here(tab)) == (1, "移除条件 1")

    # By hand: what is wrong stands at its node, what can't be read is kept.
    tab.click("text=以 JSON 显示")
    assert json.loads(tab.input_value("#id_condition"))["where"] == wild
    wrong = {"version": 1, "where": {"all": [wild["all"][0], {"field": "city", "op": "is", "value": "a\0"}]}}
    with expecting(visit, "422"):
        tab.fill("#id_condition", json.dumps(wrong))
        tab.keyboard.press("Tab")
        tab.wait_for_selector(".cb-part:nth-child(2) .cb-wrong")
    assert tab.locator(".cb-part:nth-child(1) .cb-wrong").count() == 0
    tab.fill("#id_condition", '{"version": 1, "whe')
    tab.keyboard.press("Tab")
    tab.wait_for_selector("[role=alert]:has-text('请修改 JSON')")
    assert tab.input_value("#id_condition") == '{"version": 1, "whe'
    assert tab.evaluate("window.__xss") is None


class expecting:
    """Complaints of this kind are what is tried."""

    def __init__(self, visit: Visit, kind: str) -> None:  # noqa: F811
        self.visit, self.kind = visit, kind

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_error: Any) -> None:
        complaints = self.visit.complaints
        assert any(self.kind in each for each in complaints)
        complaints[:] = [each for each in complaints if self.kind not in each]


def test_whoever_reads_by_other_means_finds_nothing_amiss(cast: Cast, visit: Visit) -> None:  # noqa: F811
    tag = make.tag(make.group(cast.corp, name="等级"), name="金卡")
    make.tagged(make.customer(cast.corp, cast.owner), tag)
    where = {
        "all": [
            {"field": "tags", "op": "any", "value": [tag.pk]},
            {"some": "relation", "where": {"field": "addWay", "op": "in", "value": [0, 1]}},
            {
                "any": [
                    {"field": "addTime", "op": "within", "value": {"days": 9}},
                    {"field": "gender", "op": "in", "value": [1]},
                ]
            },
            {"field": "createTime", "op": "between", "value": ["2026-01-01", "2026-02-01"]},
        ]
    }
    rule = draft(cast.corp, adds(tag), condition={"version": 1, "where": where})
    tab = enter(visit, cast.users["admin"], page_of(rule, "change"))
    for width, dark in ((1440, False), (390, True)):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.evaluate("(dark) => document.documentElement.classList.toggle('dark', dark)", dark)
        tab.focus(".cb [role=combobox]")
        tab.wait_for_selector(".cb [role=option]")
        tab.wait_for_selector("[data-state=counted]")
        # Colours fade from one scheme into the other.
        tab.evaluate("Promise.all(document.getAnimations().map((each) => each.finished))")
        assert amiss(tab) == [], (width, dark)
        assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    tab.evaluate("document.querySelector('.cb [role=combobox]').removeAttribute('role')")
    assert amiss(tab)


def amiss(tab: Any) -> list[Any]:
    """What axe finds wrong with the builder: the rule, where, and how it is mended."""
    found = Axe().run(tab, context=".cb").response["violations"]
    return [(rule["id"], [(node["target"], node["failureSummary"]) for node in rule["nodes"]]) for rule in found]


def test_what_the_builder_reads_and_writes_again_asks_the_same(visit: Visit) -> None:  # noqa: F811
    world = scene.build(customers=12)
    chance = random.Random(11)
    documents = [dice.document(chance, world) for _n in range(60)]
    user = make.user(world.corp)
    rewritten = enter(visit, user, "/admin/").evaluate(_REWRITE, documents)
    assert len(rewritten) == 60
    for document, again in zip(documents, rewritten, strict=True):
        asked, other = (parsing.parse(each, corp=world.corp) for each in (document, again))
        found, same = (
            sorted(compiled.rows(each, scene.MOMENT).values_list("pk", flat=True)) for each in (asked, other)
        )
        assert found == same, (document, again)


def test_without_the_script_the_json_is_written_by_hand(cast: Cast, visit: Visit) -> None:  # noqa: F811
    visit.tab.route("**/builder.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    rule = draft(cast.corp, adds(make.tag(make.group(cast.corp))))
    tab = enter(visit, cast.users["admin"], page_of(rule, "change"))
    written = {"version": 1, "where": {"all": [{"field": "city", "op": "set"}]}}
    tab.fill("#id_condition", json.dumps(written))
    tab.click("[name=_save]")
    tab.wait_for_url("**/tagrule/")
    assert condition_of(rule) == written
