"""Every endpoint × every role × own and foreign rows, against the table in ``permissions.py``."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.urls import get_resolver, reverse

from corps.checks import patterns
from tests import world
from tests.permissions import (
    API,
    API_ROLES,
    CONSOLE,
    CONSOLE_PAGES,
    CONSOLE_ROLES,
    ELSEWHERE,
    LINKS,
    OF_ONE_COMPANY,
    Endpoint,
)

NARROW = {"staff", "manager"}


@pytest.fixture
def scene(db: None) -> Iterator[world.World]:
    with world.standing() as built:
        yield built


def routes(prefix: str) -> list[tuple[str, Any]]:
    return [(route, p) for route, p in patterns(get_resolver().url_patterns) if route.startswith(prefix)]


def api_endpoints() -> set[tuple[str, str]]:
    """Each (method, URL name) that the API answers to."""
    found = set()
    for _route, pattern in routes("api/v1/"):
        view = pattern.callback.cls
        methods = getattr(pattern.callback, "actions", None) or [
            m for m in view.http_method_names if m != "options" and hasattr(view, m)
        ]
        found |= {(method.upper(), str(pattern.name)) for method in methods if method != "head"}
    return found


def test_the_table_names_each_endpoint_of_the_api_and_no_other() -> None:
    assert api_endpoints() == set(API)


def test_the_table_names_each_page_of_the_console_and_no_other() -> None:
    by_model = {
        f"{m._meta.app_label}_{m._meta.model_name}_{page}"
        for m in admin.site._registry
        for page in CONSOLE.get(m._meta.label, {})
    }
    named = {str(p.name) for route, p in routes("admin/") if p.name}
    assert named == by_model | set(CONSOLE_PAGES) | set(ELSEWHERE)
    assert {m._meta.label for m in admin.site._registry} == set(CONSOLE)


def ask(scene: world.World, role: str, key: tuple[str, str], row: Any, body: Any) -> int:
    """Send it, take it back, and see that nothing of the other company came along."""
    method, name = key
    url = reverse(name, args=API[key].args(row))
    with world.undone():
        answer = scene.api[role].generic(
            method, url, data=world.as_json(body), content_type="application/json" if body is not None else ""
        )
    assert world.CANARY.encode() not in world.content(answer), (role, key)
    return answer.status_code


def refusal(role: str, endpoint: Endpoint) -> int | None:
    """What a role that may not is answered, whatever it asks for; None for one that may."""
    if role == "anonymous":
        return 401
    return None if role in endpoint.may else 403


def cases(scene: world.World, key: tuple[str, str]) -> Iterator[tuple[str, Any, Any, dict[str, int]]]:
    """What is asked of an endpoint: (a name for it, the row in the path, the body, the answer to those who may)."""
    endpoint = API[key]
    own, foreign = scene.own.rows, scene.foreign.rows
    row = own[endpoint.row] if endpoint.row else None
    body = endpoint.body(own) if endpoint.body else None
    yield "own", row, body, dict.fromkeys(API_ROLES, endpoint.ok)
    if endpoint.row:
        yield "foreign", foreign[endpoint.row], body, dict.fromkeys(API_ROLES, 404)
    # The body of an erasure names the person of its path, and this is another one.
    if endpoint.row == "Customer" and key[1] != "customer-erase":
        answers = {role: 404 if role in NARROW else endpoint.ok for role in API_ROLES}
        yield "of others", scene.unseen, body, answers
    if endpoint.foreign_body and endpoint.body:
        yield "foreign body", row, endpoint.body(foreign), dict.fromkeys(API_ROLES, endpoint.foreign_body)


@pytest.mark.slow
def test_each_role_is_answered_by_each_endpoint_as_the_table_says(scene: world.World) -> None:
    wrong = {}
    for key, endpoint in API.items():
        for name, row, body, answers in cases(scene, key):
            got = {role: ask(scene, role, key, row, body) for role in API_ROLES}
            want = {role: refusal(role, endpoint) or answers[role] for role in API_ROLES}
            if got != want:
                wrong[key, name] = {role: (got[role], want[role]) for role in API_ROLES if got[role] != want[role]}
    assert wrong == {}


@pytest.mark.slow
def test_no_endpoint_takes_a_field_that_it_does_not_name(scene: world.World) -> None:
    smuggled = ["id", "version", "createTime", "deletedAt", "isSuperuser", "corp", "corp_id", "searchText", "useCount"]
    for (method, name), endpoint in API.items():
        if not endpoint.body:
            continue
        row = scene.own.rows[endpoint.row] if endpoint.row else None
        url = reverse(name, args=endpoint.args(row))
        for field in smuggled:
            before = [world.columns(r) for r in scene.own.rows.values()]
            body = world.as_json(endpoint.body(scene.own.rows) | {field: 1})
            answer = scene.api["admin"].generic(method, url, body, content_type="application/json")
            told = answer.json()
            assert (answer.status_code, [e["field"] for e in told["errors"]]) == (400, [field]), (method, name, told)
            assert told["errors"][0]["code"] == "unknown_field"
            assert [world.columns(r) for r in scene.own.rows.values()] == before


def test_a_bulk_change_of_foreign_customers_or_with_foreign_tags_changes_none(scene: world.World) -> None:
    own, foreign = scene.own.rows, scene.foreign.rows
    for customer, tag in [(foreign, own), (own, foreign), (foreign, foreign)]:
        body = {"customerIds": [customer["Customer"].pk], "addTagIds": [tag["other_tag"].pk]}
        with world.undone():
            answer = scene.api["admin"].post(reverse("customer-bulk-tags"), body, format="json").json()
            tagged = [side["other_tag"].customer_rows.exists() for side in (own, foreign)]
        assert [item["status"] for item in answer["list"]] == ["failed"]
        assert tagged == [False, False]


def opened(scene: world.World, role: str, url: str) -> str:
    """What a console page does for a role: ``page``, ``refused``, ``away`` (to another page) or ``login``."""
    with world.undone():
        answer = scene.console[role].get(url)
    if role not in ("superuser", "anonymous"):
        assert world.CANARY.encode() not in world.content(answer), (role, url)
    if answer.status_code == 302:
        return "login" if "/login/" in answer["Location"] else "away"
    return {200: "page", 403: "refused", 404: "missing"}[answer.status_code]


def expected(may: frozenset[str], page: str = "") -> dict[str, str]:
    refused = "missing" if page.startswith("tab_") else "refused"
    answers = {role: ("away" if page in LINKS else "page") if role in may else refused for role in CONSOLE_ROLES}
    led = {"superuser": "away"} if page in OF_ONE_COMPANY else {}
    return answers | {"anonymous": "login"} | led


def pages(rows: dict[str, Any]) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Each page of the models in the console, for their row among ``rows``: (page, URL, who may open it)."""
    for model, listed in CONSOLE.items():
        label, row = model.lower().replace(".", "_"), rows.get(model.split(".")[1])
        for page, may in listed.items():
            if page in ("changelist", "add"):
                yield page, reverse(f"admin:{label}_{page}"), may
            elif row is not None:
                yield page, reverse(f"admin:{label}_{page}", args=[row.pk]), may


@pytest.mark.slow
def test_each_role_finds_the_pages_that_the_table_gives_it(scene: world.World) -> None:
    listed = list(pages(scene.own.rows | scene.shared))
    assert len(listed) == sum(map(len, CONSOLE.values()))
    listed += [(page, reverse(f"admin:{page}"), may) for page, may in CONSOLE_PAGES.items()]
    got = {url: {role: opened(scene, role, url) for role in CONSOLE_ROLES} for _page, url, _may in listed}
    want = {url: expected(may, page) for page, url, may in listed}
    assert {url: (got[url], want[url]) for url in want if got[url] != want[url]} == {}


@pytest.mark.slow
def test_a_foreign_row_is_not_there_in_the_console_but_for_a_superuser(scene: world.World) -> None:
    for page, url, may in pages(scene.foreign.rows):
        if page in ("changelist", "add"):
            continue
        got = {role: opened(scene, role, url) for role in CONSOLE_ROLES}
        assert got.pop("anonymous") == "login"
        assert got.pop("superuser") == expected(may, page)["superuser"], url
        for role, answer in got.items():
            assert answer in {"away", "missing"} | (set() if role in may else {"refused"}), (url, role)


def test_a_customer_of_others_is_not_there_for_staff_and_managers_in_the_console(scene: world.World) -> None:
    for page in ("change", "history", "change_tags"):
        url = reverse(f"admin:customers_customer_{page}", args=[scene.unseen.pk])
        got = {role: opened(scene, role, url) for role in CONSOLE_ROLES}
        want = {"superuser": "page", "admin": "page", "manager": "away", "staff": "away", "anonymous": "login"}
        assert got == want, page


def test_a_tab_of_a_customer_of_others_is_missing_for_staff_and_managers(scene: world.World) -> None:
    for name in [page for page in CONSOLE["customers.Customer"] if page.startswith("tab_")]:
        url = reverse(f"admin:customers_customer_{name}", args=[scene.unseen.pk])
        got = {role: opened(scene, role, url) for role in CONSOLE_ROLES}
        want = {"superuser": "page", "admin": "page", "manager": "missing", "staff": "missing", "anonymous": "login"}
        assert got == want, name


@pytest.mark.slow
def test_nothing_foreign_is_deleted_or_changed_by_posting_to_its_page(scene: world.World) -> None:
    for page, url, _may in pages(scene.foreign.rows):
        if page in ("changelist", "add", "history"):
            continue
        before = [world.columns(row) for row in scene.foreign.rows.values()]
        for role in ("admin", "manager", "staff", "anonymous"):
            with world.undone():
                answer = scene.console[role].post(url, {"post": "yes", "name": "stolen"})
                assert answer.status_code in (302, 403, 404), (role, url)
                assert [world.columns(row) for row in scene.foreign.rows.values()] == before, (role, url)


def test_a_key_is_revoked_only_by_those_who_manage_the_accounts_of_its_company(scene: world.World) -> None:
    account, key = scene.foreign.rows["ApiAccount"], scene.foreign.rows["ApiKey"]
    own_account, own_key = scene.own.rows["ApiAccount"], scene.own.rows["ApiKey"]
    for args in ([account.pk, key.pk], [own_account.pk, key.pk]):
        for role in ("admin", "manager", "staff", "anonymous"):
            with world.undone():
                scene.console[role].post(reverse("admin:corps_apikey_revoke", args=args))
                assert world.columns(key)["revoked_at"] is None, (role, args)
    for role in ("manager", "staff", "anonymous"):
        with world.undone():
            scene.console[role].post(reverse("admin:corps_apikey_revoke", args=[own_account.pk, own_key.pk]))
            assert world.columns(own_key)["revoked_at"] is None, role
    with world.undone():
        scene.console["admin"].post(reverse("admin:corps_apikey_revoke", args=[own_account.pk, own_key.pk]))
        assert world.columns(own_key)["revoked_at"] is not None
