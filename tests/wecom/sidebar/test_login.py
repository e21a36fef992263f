"""A member comes from WeCom, and may use the sidebar and nothing else."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from corps.choices import EmployeeStatus, Role
from corps.models import Corp, Employee, User
from tests.wecom.sandboxed import Sandboxed
from wecom.sandbox import authorizing

HERE = "/wecom/sidebar/{}/login/"


@pytest.fixture
def browser() -> Client:
    return Client()


def sent(wecom: Sandboxed, browser: Client) -> dict[str, str]:
    """What WeCom is asked when somebody opens the sidebar without having said who it is."""
    first = browser.get(f"/wecom/sidebar/{wecom.company.corpid}/")
    assert first.headers["Location"] == HERE.format(wecom.company.corpid)
    away = browser.get(first.headers["Location"]).headers["Location"]
    assert away.startswith("http://sandbox.test/connect/oauth2/authorize?")
    assert away.endswith("#wechat_redirect")
    return {name: values[0] for name, values in parse_qs(urlsplit(away).query).items()}


def back(wecom: Sandboxed, asked: dict[str, str], name: str = "李娜") -> str:
    """Where the member of this name is sent on to."""
    _status, _headers, page = authorizing.page(wecom.company, asked)
    found = re.search(rf'href="([^"]+)">{name}<', page.decode())
    assert found
    return found[1].replace("&amp;", "&")


def enter(wecom: Sandboxed, browser: Client) -> Any:
    return browser.get(back(wecom, sent(wecom, browser)))


def test_whoever_comes_from_wecom_is_let_in_as_the_employee_and_becomes_a_user_without_a_password(
    wecom: Sandboxed, browser: Client, lina: Employee
) -> None:
    assert enter(wecom, browser).headers["Location"] == f"/wecom/sidebar/{wecom.company.corpid}/"
    user = User.objects.get()
    assert (user.employee, user.role, user.corp, user.has_usable_password()) == (lina, Role.STAFF, wecom.corp, False)
    assert browser.get(f"/wecom/sidebar/{wecom.company.corpid}/").status_code == 200
    # Another time it is the same user.
    enter(wecom, Client())
    assert User.objects.count() == 1


def test_the_console_stays_closed(wecom: Sandboxed, browser: Client) -> None:
    enter(wecom, browser)
    assert "/admin/login/" in browser.get("/admin/").headers["Location"]


def test_a_user_who_is_there_already_keeps_the_role(wecom: Sandboxed, browser: Client, lina: Employee) -> None:
    user = User.objects.create_user("lina", "correct horse battery", corp=wecom.corp, employee=lina, role=Role.MANAGER)
    enter(wecom, browser)
    kept = User.objects.get()
    assert (kept.pk, kept.role, kept.password) == (user.pk, Role.MANAGER, user.password)


def test_a_code_serves_once(wecom: Sandboxed, browser: Client) -> None:
    asked = sent(wecom, browser)
    address = back(wecom, asked)
    browser.get(address)
    other = Client()
    fresh = sent(wecom, other)
    refused = other.get(address.replace(asked["state"], fresh["state"]))
    assert refused.status_code == 403
    assert "sidebar_user" not in other.session


@pytest.mark.parametrize("state", ["", "another"])
def test_a_link_with_somebody_elses_code_is_of_no_use(wecom: Sandboxed, browser: Client, state: str) -> None:
    asked = sent(wecom, browser)
    address = back(wecom, asked)
    assert browser.get(address.replace(asked["state"], state)).status_code == 403
    # And the right one is used up by that.
    assert browser.get(address).status_code == 403
    assert not User.objects.exists()


def test_a_member_who_is_not_mirrored_is_told_so(wecom: Sandboxed, browser: Client) -> None:
    wecom.company.hire("new", "新来", departments=[1])
    refused = browser.get(back(wecom, sent(wecom, browser), "新来"))
    assert refused.status_code == 403
    assert not User.objects.exists()


@pytest.mark.parametrize("how", ["left", "switched off"])
def test_whoever_left_or_is_switched_off_is_kept_out_at_once(
    wecom: Sandboxed, browser: Client, lina: Employee, how: str
) -> None:
    enter(wecom, browser)
    if how == "left":
        Employee.objects.update(status=EmployeeStatus.LEFT)
    else:
        User.objects.update(is_active=False)
    assert browser.get(f"/wecom/sidebar/{wecom.company.corpid}/").status_code == 302
    assert enter(wecom, browser).status_code == 403


def test_an_unknown_company_and_one_that_is_switched_off_are_not_there(wecom: Sandboxed, browser: Client) -> None:
    assert browser.get("/wecom/sidebar/wwnobody/login/").status_code == 404
    Corp.objects.update(active=False)
    assert browser.get(HERE.format(wecom.company.corpid)).status_code == 404


def test_where_wecom_is_away_a_page_says_so(wecom: Sandboxed, browser: Client) -> None:
    address = back(wecom, sent(wecom, browser))
    wecom.server.faults.set(html=1.0, only=["auth/getuserinfo"])
    away = browser.get(address)
    assert (away.status_code, "WeCom" in away.text or "企业微信" in away.text) == (503, True)


class TestSignatures:
    def ask(self, wecom: Sandboxed, browser: Client, **asked: str) -> Any:
        return browser.get(f"/wecom/sidebar/{wecom.company.corpid}/signatures/", asked)

    def test_a_page_of_ours_is_signed_for_the_company_and_for_the_app(self, wecom: Sandboxed, browser: Client) -> None:
        enter(wecom, browser)
        for kind in ("corp", "app"):
            made = self.ask(wecom, browser, kind=kind, url="http://testserver/wecom/sidebar/x/")
            assert made.json().keys() == {"timestamp", "nonceStr", "signature"}

    def test_a_page_of_others_is_not(self, wecom: Sandboxed, browser: Client) -> None:
        enter(wecom, browser)
        for url in ("https://evil.example/", "http://testserver.evil.example/", ""):
            refused = self.ask(wecom, browser, url=url)
            assert (refused.status_code, refused.json()["code"]) == (422, "url_foreign")

    def test_nobody_gets_one_without_being_let_in(self, wecom: Sandboxed, browser: Client) -> None:
        refused = self.ask(wecom, browser, url="http://testserver/")
        assert (refused.status_code, refused.json()["code"]) == (403, "login_needed")

    def test_what_wecom_refuses_is_said(self, wecom: Sandboxed, browser: Client) -> None:
        enter(wecom, browser)
        wecom.server.faults.set(html=1.0, only=["get_jsapi_ticket"])
        refused = self.ask(wecom, browser, url="http://testserver/")
        assert (refused.status_code, refused.json()["code"]) == (503, "wecom")
