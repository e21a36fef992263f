"""Getting in: the login, its lock-out, the second factor, the idle session, the language, the headers."""

import re
import time
from typing import Any

import pytest
from django.conf import settings as current
from django.test import Client
from django.urls import get_resolver, reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.errors import Conflict, RuleViolation
from corps import second_factor
from corps.actors import SYSTEM
from corps.models import User
from customers.models import Customer
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page

PASSWORD = "correct horse battery"


@pytest.fixture
def required(settings: Any) -> None:
    settings.OTP_REQUIRED = True


def code_of(device: TOTPDevice, ahead: int = 0) -> str:
    """The code the app shows now, or ``ahead`` half minutes later: each is taken once."""
    device.refresh_from_db()
    return f"{totp(device.bin_key, device.step, device.t0, device.digits, device.drift + ahead):06d}"


def enrolled(user: User) -> tuple[TOTPDevice, list[str]]:
    device = second_factor.offered_device(user)
    return device, second_factor.enrol(user=user, code=code_of(device))[1]


def admin_addresses() -> list[str]:
    """Every address below /admin/, its parameters filled with something."""
    found: list[str] = []

    def walk(patterns: Any, prefix: str) -> None:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, route)
            else:
                found.append("/" + re.sub(r"<[^>]+>", "1", route).replace("^", "").replace("$", ""))

    walk(get_resolver().url_patterns, "")
    return [a for a in found if a.startswith("/admin/") and "(" not in a]


# --- Password and lock-out ---


def test_the_login_takes_the_password_and_leads_on(cast: Cast) -> None:
    client = Client()
    user = cast.users["admin"]
    address = f"{reverse('admin:login')}?next={page(Customer, 'changelist')}"
    answer = client.post(address, {"username": user.username, "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, page(Customer, "changelist"))


def test_after_five_wrong_passwords_even_the_right_one_is_refused_in_our_words(cast: Cast) -> None:
    client, user = Client(), cast.users["admin"]
    for _n in range(current.AXES_FAILURE_LIMIT):
        answer = client.post(reverse("admin:login"), {"username": user.username, "password": "wrong"})
    assert answer.status_code == 429
    right = client.post(reverse("admin:login"), {"username": user.username, "password": PASSWORD})
    assert right.status_code == 429
    assert "登录失败次数过多" in right.content.decode()
    other = Client().post(reverse("admin:login"), {"username": cast.users["owner"].username, "password": PASSWORD})
    assert other.status_code == 302


def test_a_user_switched_off_is_out_at_the_next_request(cast: Cast) -> None:
    client = entered(cast.users["admin"])
    User.objects.filter(pk=cast.users["admin"].pk).update(is_active=False)
    assert client.get(page(Customer, "changelist")).status_code == 302


def test_a_session_left_alone_asks_for_the_password_again(cast: Cast, settings: Any) -> None:
    client = entered(cast.users["admin"])
    assert client.get(reverse("admin:index")).status_code == 200
    session = client.session
    session["seen"] = int(time.time()) - settings.SESSION_IDLE_AGE - 1
    session.save()
    answer = client.get(page(Customer, "changelist"), follow=True)
    assert answer.request["PATH_INFO"] == reverse("admin:login")
    assert not client.session.get("_auth_user_id")


# --- Second factor ---


def test_with_the_password_alone_every_page_of_the_console_leads_away(cast: Cast, required: None) -> None:
    client = entered(User.objects.create_superuser("root", PASSWORD))
    addresses = [a for a in admin_addresses() if "second-factor" not in a and a != reverse("admin:login")]
    assert len(addresses) > 100
    for address in addresses:
        if address == reverse("admin:logout"):
            continue
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code in (302, 301), address
            assert "/admin/login/" in answer.url or answer.url.endswith("/"), (address, answer.url)
    led = client.get(page(Customer, "changelist"), follow=True)
    assert led.request["PATH_INFO"] == reverse("admin:second_factor_setup")


def test_the_first_login_sets_up_the_app_and_gives_out_recovery_codes(cast: Cast, required: None) -> None:
    user = cast.users["admin"]
    client = entered(user)
    shown = client.get(reverse("admin:second_factor_setup"), {"next": page(Customer, "changelist")})
    assert "data:image/svg+xml;base64," in shown.content.decode()
    device = TOTPDevice.objects.get(user=user)
    assert not device.confirmed
    wrong = client.post(reverse("admin:second_factor_setup"), {"code": "000000"})
    assert "验证码不正确" in wrong.content.decode()
    assert not TOTPDevice.objects.get(user=user).confirmed
    TOTPDevice.objects.filter(user=user).update(throttling_failure_timestamp=None, throttling_failure_count=0)
    answer = client.post(reverse("admin:second_factor_setup"), {"code": code_of(device)})
    codes = answer.context["codes"]
    assert len(codes) == second_factor.RECOVERY_CODES
    assert all(code in answer.content.decode() for code in codes)
    assert client.get(page(Customer, "changelist")).status_code == 200


def test_later_logins_ask_for_a_code_and_take_it_once(cast: Cast, required: None) -> None:
    user = cast.users["admin"]
    device, _codes = enrolled(user)
    client, second = entered(user), entered(user)
    led = client.get(page(Customer, "changelist"), follow=True)
    assert led.request["PATH_INFO"] == reverse("admin:second_factor")
    before = client.session.session_key
    code = code_of(device, ahead=1)
    asked = f"{reverse('admin:second_factor')}?next={page(Customer, 'changelist')}"
    assert client.post(asked, {"code": code}).url == page(Customer, "changelist")
    assert client.session.session_key != before
    assert client.get(page(Customer, "changelist")).status_code == 200
    assert second.post(asked, {"code": code}).status_code == 200
    assert second.get(page(Customer, "changelist")).status_code == 302


def test_a_recovery_code_opens_once(cast: Cast, required: None) -> None:
    user = cast.users["admin"]
    _device, codes = enrolled(user)
    first, second = entered(user), entered(user)
    assert first.post(reverse("admin:second_factor"), {"code": codes[0].upper()}).status_code == 302
    assert second.post(reverse("admin:second_factor"), {"code": codes[0]}).status_code == 200
    assert StaticToken.objects.filter(device__user=user).count() == len(codes) - 1


def test_wrong_codes_are_throttled_so_that_guessing_takes_for_ever(cast: Cast, required: None) -> None:
    user = cast.users["admin"]
    device, _codes = enrolled(user)
    client = entered(user)
    for _n in range(3):
        answer = client.post(reverse("admin:second_factor"), {"code": "000001"})
    assert "错误次数过多" in answer.content.decode()
    right = client.post(reverse("admin:second_factor"), {"code": code_of(device, ahead=1)})
    assert right.status_code == 200


def test_who_has_an_app_can_not_add_another_by_the_password_alone(cast: Cast, required: None) -> None:
    user = cast.users["admin"]
    enrolled(user)
    answer = entered(user).get(reverse("admin:second_factor_setup"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("admin:second_factor"))
    assert TOTPDevice.objects.filter(user=user).count() == 1
    with pytest.raises(Conflict):
        second_factor.offered_device(user)


def test_one_users_code_is_nothing_to_another(cast: Cast, required: None) -> None:
    device, codes = enrolled(cast.users["admin"])
    enrolled(cast.users["owner"])
    for code in (code_of(device, ahead=1), codes[0]):
        with pytest.raises(RuleViolation):
            second_factor.verify(user=cast.users["owner"], code=code)
    assert len(codes) == StaticToken.objects.filter(device__user=cast.users["admin"]).count()


def test_a_reset_ends_the_verified_session_and_the_next_login_sets_up_anew(cast: Cast, required: None) -> None:
    user = cast.users["owner"]
    device, _codes = enrolled(user)
    client = entered(user)
    client.post(reverse("admin:second_factor"), {"code": code_of(device, ahead=1)})
    assert client.get(page(Customer, "changelist")).status_code == 200
    second_factor.reset(user=user, by=SYSTEM)
    led = client.get(page(Customer, "changelist"), follow=True)
    assert led.request["PATH_INFO"] == reverse("admin:second_factor_setup")
    assert not StaticToken.objects.filter(device__user=user).exists()


def test_new_recovery_codes_void_the_old(cast: Cast, required: None) -> None:
    user = cast.users["owner"]
    device, old = enrolled(user)
    client = entered(user)
    assert client.post(reverse("admin:second_factor_codes")).status_code == 302
    client.post(reverse("admin:second_factor"), {"code": code_of(device, ahead=1)})
    assert "10 个未使用的恢复码" in client.get(reverse("admin:second_factor_codes")).content.decode()
    new = client.post(reverse("admin:second_factor_codes")).context["codes"]
    assert not set(new) & set(old)
    with pytest.raises(RuleViolation):
        second_factor.verify(user=user, code=old[0])


def test_whoever_is_half_in_can_still_leave(cast: Cast, required: None) -> None:
    client = entered(cast.users["admin"])
    client.post(reverse("admin:logout"))
    assert not client.session.get("_auth_user_id")


def test_the_way_back_never_leads_to_another_host(cast: Cast, required: None) -> None:
    user = cast.users["admin"]
    device, _codes = enrolled(user)
    address = f"{reverse('admin:second_factor')}?next=https://evil.example/"
    answer = entered(user).post(address, {"code": code_of(device, ahead=1)})
    assert answer.url == reverse("admin:index")


def test_the_demo_does_without(cast: Cast, settings: Any) -> None:
    settings.OTP_REQUIRED = False
    assert entered(cast.users["admin"]).get(reverse("admin:index")).status_code == 200


# --- Language, headers, error pages ---


def test_the_console_is_chinese_whatever_the_browser_prefers_until_somebody_switches(cast: Cast) -> None:
    client = entered(cast.users["admin"])
    english = {"HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.9"}
    assert "总览" in client.get(reverse("admin:index"), **english).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": reverse("admin:index")})
    switched = client.get(reverse("admin:index"), **english)
    assert "Overview" in switched.content.decode()
    assert switched.headers["Content-Language"] == "en"
    client.cookies["django_language"] = "xx"
    assert "总览" in client.get(reverse("admin:index")).content.decode()


def test_times_are_shown_in_the_zone_of_the_users_company(cast: Cast) -> None:
    from datetime import UTC, datetime

    customer = make.customer(cast.corp, add_time=datetime(2026, 3, 1, 16, 30, tzinfo=UTC))
    cast.corp.time_zone = "America/New_York"
    cast.corp.save()
    listed = entered(cast.users["admin"]).get(page(Customer, "changelist")).content.decode()
    assert "2026年3月1日 11:30" in listed, customer


def test_scripts_come_from_the_service_alone_and_are_evaluated_under_the_console_alone(cast: Cast) -> None:
    inside = entered(cast.users["admin"]).get(reverse("admin:index")).headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in inside
    assert "unsafe-inline" not in re.search(r"script-src[^;]*", inside)[0]
    outside = Client().get("/nothing/").headers["Content-Security-Policy"]
    assert re.search(r"script-src 'self'(;|$)", outside)
    for policy in (inside, outside):
        assert "http" not in policy
        assert "frame-ancestors 'none'" in policy


def test_no_page_of_ours_holds_a_script_of_its_own(cast: Cast, one_of_each: dict[str, Any]) -> None:
    client = entered(cast.users["admin"])
    for row in one_of_each.values():
        for address in (page(type(row), "changelist"), page(row, "change")):
            content = client.get(address).content.decode()
            assert not re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", content), address
            assert not re.findall(r"<[^>]+\son\w+=", content), address


def test_an_unknown_page_is_a_short_page_in_chinese_and_json_for_programs(cast: Cast) -> None:
    answer = entered(cast.users["admin"]).get("/nothing/")
    assert answer.status_code == 404
    assert "未找到" in answer.content.decode()
    assert "返回总览" in answer.content.decode()
    program = Client().get("/api/v1/nothing", HTTP_ACCEPT="application/json")
    assert (program.status_code, program.json()["code"]) == (404, "not_found")


def test_a_form_without_its_token_is_refused_in_our_words(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.users["admin"], "django.contrib.auth.backends.ModelBackend")
    answer = client.post(page(Customer, "add"), {"name": "x"})
    assert answer.status_code == 403
    assert "页面打开时间过长" in answer.content.decode()
    assert not Customer.objects.exists()
