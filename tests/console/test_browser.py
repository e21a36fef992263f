"""The console in a real browser: the day's work, the second factor, the language; nothing blocked or from afar."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from corps.models import User
from customers.models import Customer, CustomerTag
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.console.test_hostile import HOSTILE, hostile_rows

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse battery"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NOT RUN: there is no {CHROMIUM}"),
]


class Visit:
    """One browser tab, and everything it complained of."""

    def __init__(self, tab: Any, address: str) -> None:
        self.tab, self.address = tab, address
        self.complaints: list[str] = []
        tab.on("console", self._console)
        tab.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        tab.on("request", self._request)
        tab.on("response", lambda r: self.complaints.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        tab.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
        )

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"fetched from afar: {request.url}")

    def open(self, path: str) -> None:
        self.tab.goto(self.address + path)

    def log_in(self, user: User, path: str = "/admin/") -> None:
        self.open(path)
        self.tab.fill("#id_username", user.username)
        self.tab.fill("#id_password", PASSWORD)
        self.tab.click("#login-form button[type=submit]")
        self.tab.wait_for_url(lambda url: "/login/" not in url)

    def text(self) -> str:
        return str(self.tab.inner_text("body"))


@pytest.fixture
def visit(live_server: Any, monkeypatch: Any) -> Iterator[Visit]:
    # Playwright runs an event loop in this thread; the tests' own look at the database is no request of theirs.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        tab = browser.new_context(timezone_id="Asia/Shanghai", locale="en-US").new_page()
        visited = Visit(tab, live_server.url)
        yield visited
        browser.close()
    assert visited.complaints == []


def test_log_in_find_a_customer_tag_it_and_see_the_event(cast: Cast, visit: Visit) -> None:
    tag = make.tag(make.group(cast.corp, name="等级"), name="重要客户")
    sought = make.customer(cast.corp, cast.owner, name="欧阳娜娜")
    make.customer(cast.corp, cast.owner, name="王小明")
    tab = visit.tab
    visit.log_in(cast.users["admin"])
    assert "总览" in visit.text()
    tab.click("#nav-sidebar a[href='/admin/customers/customer/']")
    tab.fill("#searchbar", "阳娜")
    tab.press("#searchbar", "Enter")
    tab.wait_for_url("**q=*")
    assert tab.locator("tr input.action-select").count() == 1

    tab.check("tr input.action-select")
    tab.select_option("select[name=action]", "add_tags")
    tab.click("#changelist-actions button[type=submit]")
    tab.click(".select2-selection")
    tab.type(".select2-search__field", "重要")
    tab.click(".select2-results__option:has-text('等级 / 重要客户')")
    tab.click("form[method=post] button:has-text('添加标签')")
    tab.wait_for_selector("text=1 个客户已修改，0 个无需修改，0 个被拒绝。")
    assert "重要客户" in tab.inner_text("#result_list")

    tab.click("#nav-sidebar a[href='/admin/messaging/outboxevent/']")
    first = tab.locator("#result_list tbody tr").first
    assert "customer.tag.added" in first.inner_text()
    first.locator("th a, td a").first.click()
    tab.wait_for_selector("pre.console-block")
    assert f'"tagIds": [\n      {tag.pk}\n    ]' in visit.text()
    assert CustomerTag.objects.get(customer=sought).actor == f"user:{cast.users['admin'].pk}"
    assert OutboxEvent.objects.order_by("-id")[0].aggregate_id == sought.pk


def test_a_customer_is_changed_and_followed_up_on_its_page(cast: Cast, visit: Visit) -> None:
    customer = make.customer(cast.corp, cast.owner, name="旧名")
    tab = visit.tab
    visit.log_in(cast.users["owner"], f"/admin/customers/customer/{customer.pk}/change/")
    tab.fill("#id_name", "新名")
    tab.click("#content-main a:has-text('跟进记录'), #tabs-items a:has-text('跟进记录')")
    tab.fill("#id_follow_ups-0-content", "电话沟通，下周报价")
    tab.click("[name=_continue]")
    tab.wait_for_selector("text=成功")
    row = Customer.objects.get(pk=customer.pk)
    assert (row.name, row.follow_ups.get().content) == ("新名", "电话沟通，下周报价")


def test_the_filters_are_chosen_in_the_drawer(cast: Cast, visit: Visit) -> None:
    make.customer(cast.corp, cast.owner, name="甲客户", channel="展会")
    make.customer(cast.corp, cast.owner, name="乙客户", channel="官网")
    tab = visit.tab
    visit.log_in(cast.users["admin"], "/admin/customers/customer/")
    tab.click("#changelist a:has-text('筛选'):not(:has-text('高级'))")
    tab.fill("#filter-form input[name=channel]", "展会")
    tab.click("#filter-form button:has-text('应用筛选')")
    tab.wait_for_url("**channel=*")
    assert "甲客户" in tab.inner_text("#result_list")
    assert "乙客户" not in tab.inner_text("#result_list")


def test_the_second_factor_is_set_up_at_the_first_login_and_asked_for_at_the_next(
    cast: Cast, visit: Visit, settings: Any
) -> None:
    settings.OTP_REQUIRED = True
    user, tab = cast.users["admin"], visit.tab
    visit.log_in(user, "/admin/customers/customer/")
    assert "设置二次验证" in visit.text()
    drawn = tab.evaluate("document.querySelector('main img, #page img').naturalWidth")
    assert drawn > 0
    device = TOTPDevice.objects.get(user=user)
    tab.fill("#id_code", _code(device))
    tab.click("#code-form button")
    tab.wait_for_selector("#codes")
    codes = tab.locator("#codes li").all_inner_texts()
    assert len(codes) == 10
    tab.click("a:has-text('已保存，继续')")
    assert tab.url.endswith("/admin/customers/customer/")

    tab.context.clear_cookies()
    visit.log_in(user, "/admin/customers/customer/")
    assert "二次验证" in visit.text()
    tab.fill("#id_code", _code(device, ahead=1))
    tab.click("#code-form button")
    tab.wait_for_url("**/admin/customers/customer/")

    tab.context.clear_cookies()
    visit.log_in(user)
    tab.fill("#id_code", codes[0])
    tab.click("#code-form button")
    tab.wait_for_selector("text=总览")


def test_the_language_is_switched_in_the_menu_and_kept(cast: Cast, visit: Visit) -> None:
    tab = visit.tab
    visit.log_in(cast.users["admin"])
    assert tab.get_attribute("html", "lang") == "zh-hans"
    tab.click("#nav-sidebar-inner >> text=" + cast.users["admin"].username)
    tab.click("button:has-text('English')")
    tab.wait_for_selector("h1:has-text('Overview')")
    visit.open("/admin/customers/customer/")
    assert "Name, remark or mobile" in tab.get_attribute("#searchbar", "placeholder")


def test_every_page_opens_without_a_complaint_on_a_desk_and_on_a_phone(cast: Cast, visit: Visit) -> None:
    rows = list(hostile_rows(cast).values())
    tab = visit.tab
    # One browser session for all, made without the form: the pages are the point.
    client = Client()
    client.force_login(User.objects.create_superuser("root", PASSWORD), "django.contrib.auth.backends.ModelBackend")
    session = client.cookies["sessionid"].value
    tab.context.add_cookies([{"name": "sessionid", "value": session, "url": visit.address}])
    tab.add_init_script("window.__xss = 0")
    addresses = ["/admin/", "/admin/customers/customer/?q=script", "/admin/django_celery_beat/periodictask/add/"]
    for row in rows:
        base = f"/admin/{row._meta.app_label}/{row._meta.model_name}/"
        addresses += [base, f"{base}{row.pk}/change/", f"{base}{row.pk}/history/"]
    for width in (1440, 390):
        tab.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            visit.open(address)
            assert tab.evaluate("window.__xss") == 0, address
            wide = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (address, width, wide)
    assert len(HOSTILE) == 200


def test_the_tripwire_of_these_tests_would_be_seen(cast: Cast, visit: Visit) -> None:
    visit.log_in(cast.users["admin"])
    visit.tab.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.__xss=1>')")
    visit.tab.wait_for_timeout(200)
    assert visit.tab.evaluate("window.__xss") is None
    assert [c for c in visit.complaints if re.search("CSP|Content Security Policy", c)]
    visit.complaints.clear()


def _code(device: TOTPDevice, ahead: int = 0) -> str:
    device.refresh_from_db()
    return f"{totp(device.bin_key, device.step, device.t0, device.digits, device.drift + ahead):06d}"
