"""The menu: each role finds the pages that open for it, in order, and no others; labels that tell a demo from work."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from corps.models import User
from scrm_customer import navigation
from scrm_customer.menu import GROUPS
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page

WORDS = [f"followups.{name}" for name in ("followup", "reminder", "followupmention", "followuptemplate")]
CUSTOMERS = [
    "customers.customer",
    "customers.customerview",
    "groups.groupchat",
    *WORDS,
    "customers.stage",
    "customers.customfield",
]
DUPLICATES = ["customers.duplicatepair", "customers.customermerge"]
SOPS = ["followups.sopenrolment"]
SOPS_ADMIN = [*SOPS, "followups.sopstop"]
FIGURES = ["insights.dailystat"]
SEGMENTS = [*FIGURES, "segments.segment"]
CHANNELS = ["customers.channel", "customers.contactway"]
TAGS = ["tags.tag", "tags.taggroup", "groups.grouptag", "groups.grouptagset"]
EFFECTS = ["segments.ruleeffect"]
RULES = ["segments.tagrule", "segments.rulerun", *EFFECTS, "segments.ruleoutcome"]
ASSIGNMENT = ["customers.assignmentrule", "customers.assignment"]
TRANSFERS = ["customers.transferjob", "customers.transferitem", "groups.grouptransferjob", "customers.leaver"]
RISK = ["insights.riskalert", "insights.churnscore", "insights.loss"]
SETTINGS = ["insights.risksetting", "insights.profilesetting", "insights.activitydefinition"]
RISK_ADMIN = [*RISK, "insights.riskrule", *SETTINGS]
HOUSE = ["corps.employee", "corps.department"]
PRIVACY = ["customers.privacysetting", "customers.accessrecord", "customers.tombstone"]
STAFF = [*CUSTOMERS, *SEGMENTS, *TAGS, *EFFECTS, *SOPS, *RISK, *HOUSE]
WORK = [*SEGMENTS, *CHANNELS, *TAGS, *RULES]
GIVING = [*ASSIGNMENT, *TRANSFERS]
MANAGERS = [*CUSTOMERS, *DUPLICATES, *WORK, *SOPS, *GIVING, *RISK, *HOUSE]
# Behind the templates, for whoever may bring follow-ups in.
_AT = CUSTOMERS.index("followups.followuptemplate") + 1
IMPORTING = [*CUSTOMERS[:_AT], "followups.followupimport", *CUSTOMERS[_AT:]]
FIRST = [*IMPORTING, *DUPLICATES, "followups.followupsetting"]
ADMINS = [*FIRST, *WORK, *SOPS_ADMIN, *GIVING, *RISK_ADMIN, *HOUSE, "corps.user", "corps.apiaccount"]
MESSAGES = ["messaging.outboxevent", "messaging.inboxevent", "messaging.inboxdelivery", "messaging.deadletter"]
WECOM = [
    "wecom.wecomapp",
    "wecom.callbackreceipt",
    "messaging.command",
    "wecom.syncrun",
    "wecom.driftcheck",
    "wecom.messagearchive",
    "wecom.apiclosure",
    "wecom.notice",
]
TIMETABLE = [f"django_celery_beat.{name}" for name in ("periodictask", "intervalschedule", "crontabschedule")]
MENU = {
    "owner": STAFF,
    "manager": MANAGERS,
    "admin": [*ADMINS, *PRIVACY, *MESSAGES, *WECOM],
    "root": [*ADMINS, "corps.corp", *PRIVACY, *MESSAGES, *WECOM, *TIMETABLE],
}
EVERYTHING = [name for _title, models in GROUPS for name, _icon in models]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def people(cast: Cast) -> dict[str, Any]:
    return {**cast.users, "root": User.objects.create_superuser("root", "correct horse battery")}


def asked_by(user: Any) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


def links(user: Any) -> list[str]:
    return [item["link"] for group in navigation.sidebar(asked_by(user)) for item in group["items"]]


def address(name: str) -> str:
    return page(apps.get_model(name), "changelist")


@pytest.mark.parametrize("role", MENU)
def test_a_role_finds_these_pages_behind_the_first_one(people: dict[str, Any], role: str) -> None:
    assert links(people[role]) == [reverse("admin:index"), *map(address, MENU[role])]


@pytest.mark.parametrize("role", MENU)
def test_what_is_in_the_menu_opens_and_what_is_not_does_not(people: dict[str, Any], role: str) -> None:
    client = entered(people[role])
    for name in EVERYTHING:
        assert client.get(address(name)).status_code == (200 if name in MENU[role] else 403), name


def test_an_administrator_of_another_company_has_the_same_menu(people: dict[str, Any]) -> None:
    assert links(people["stranger"]) == links(people["admin"])


def test_whoever_is_nobody_finds_only_the_first_page(db: None) -> None:
    assert links(AnonymousUser()) == [reverse("admin:index")]


def test_a_user_who_was_switched_off_finds_only_the_first_page(people: dict[str, Any]) -> None:
    people["admin"].is_active = False
    assert links(people["admin"]) == [reverse("admin:index")]


@pytest.mark.parametrize(("role", "groups"), [("owner", 8), ("manager", 11), ("admin", 13), ("root", 14)])
def test_a_group_without_pages_has_no_title(people: dict[str, Any], role: str, groups: int) -> None:
    first, *titled = navigation.sidebar(asked_by(people[role]))
    assert "title" not in first
    assert len(titled) == groups
    assert all(group["items"] and group["separator"] for group in titled)
    order = [str(title) for title, _models in GROUPS]
    shown = [str(group["title"]) for group in titled]
    assert shown == [title for title in order if title in shown]


def test_no_page_stands_twice_and_every_icon_is_the_name_of_one() -> None:
    icons = [icon for _title, models in GROUPS for _name, icon in models]
    assert len(set(EVERYTHING)) == len(EVERYTHING)
    assert len(set(icons)) == len(icons)
    assert all(re.fullmatch(r"[a-z_]+", icon) for icon in icons)


def test_every_page_of_the_console_is_in_the_menu() -> None:
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert set(EVERYTHING) == registered


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_menu_speaks_the_readers_language(people: dict[str, Any], language: str) -> None:
    with translation.override(language):
        groups = navigation.sidebar(asked_by(people["root"]))
        words = [str(group["title"]) for group in groups[1:]]
        words += [str(item["title"]) for group in groups for item in group["items"]]
    chinese = [bool(CHINESE.search(word)) for word in words]
    assert all(chinese) if language == "zh-hans" else not any(chinese)
    assert all(word[0] == word[0].upper() for word in words)


@pytest.mark.parametrize(
    ("production", "sandbox", "active", "label"),
    [
        (True, None, True, None),
        (False, None, True, "Demo"),
        (True, False, True, None),
        (False, False, True, "Demo"),
        (True, True, True, "WeCom sandbox"),
        (False, True, True, "WeCom sandbox"),
        (True, True, False, None),
        (False, True, False, "Demo"),
    ],
)
def test_the_label_tells_a_sandbox_and_a_demo_from_the_real_thing(
    cast: Cast, settings: Any, production: bool, sandbox: bool | None, active: bool, label: str | None
) -> None:
    """``sandbox`` None: no company is connected to WeCom at all."""
    settings.PRODUCTION = production
    if sandbox is not None:
        make.wecom_app(cast.corp, sandbox=sandbox, active=active)
    with translation.override("en"):
        assert navigation.environment(RequestFactory().get("/")) == ([label, "warning"] if label else None)


@pytest.mark.parametrize("name", ["customers.customer", "tags.tag", "corps.employee"])
def test_the_label_stands_on_every_page_from_the_connecting_on(cast: Cast, name: str) -> None:
    client, label = entered(cast.users["owner"]), translation.gettext("WeCom sandbox")
    assert label not in client.get(address(name)).content.decode()
    make.wecom_app(cast.corp, sandbox=True, active=True)
    assert label in client.get(address(name)).content.decode()


@pytest.mark.parametrize(
    ("required", "names"), [(False, ["password_change"]), (True, ["password_change", "second_factor_codes"])]
)
def test_recovery_codes_are_offered_where_a_second_factor_is_asked_for(
    settings: Any, required: bool, names: list[str]
) -> None:
    settings.OTP_REQUIRED = required
    found = [link["link"] for link in navigation.account_links(RequestFactory().get("/"))]
    assert found == [reverse(f"admin:{name}") for name in names]
