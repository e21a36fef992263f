"""Texts of another company's rows never come along, whatever is asked, by whom, and of which page."""

import contextlib
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from tests import world
from tests.permissions import API, API_ROLES, CONSOLE, CONSOLE_PAGES, CONSOLE_ROLES

# A superuser may see every company in the console, and none over the API.
CONSOLE_CALLERS = [role for role in CONSOLE_ROLES if role != "superuser"]
COLLEAGUES = [role for role in CONSOLE_CALLERS if role != "anonymous"]


@pytest.fixture
def scene(db: None) -> Iterator[world.World]:
    with world.standing() as built:
        yield built


def sings(answer: Any) -> bool:
    headers = " ".join(f"{name} {value}" for name, value in answer.headers.items())
    return world.CANARY.encode() in world.content(answer) or world.CANARY in headers


def api_queries(scene: world.World) -> list[str]:
    """Queries that would lead to foreign rows if a filter were not narrowed by the company first."""
    rows = scene.foreign.rows
    by_id = {
        "tagIds": rows["Tag"].pk,
        "tagsAny": rows["Tag"].pk,
        "tagsAll": rows["Tag"].pk,
        "tagsNone": rows["Tag"].pk,
        "anyTagIds": rows["Tag"].pk,
        "allTagIds": rows["Tag"].pk,
        "followUserId": rows["Employee"].pk,
        "departmentId": rows["Department"].pk,
        "groupId": rows["TagGroup"].pk,
        "corpId": scene.foreign.corp.pk,
    }
    return ["", "size=100", "keyword=Canary", "keyword=a", "cursor="] + [
        f"{name}={value}" for name, value in by_id.items()
    ]


@pytest.mark.slow
def test_no_answer_of_the_api_sings(scene: world.World) -> None:
    for (method, name), endpoint in API.items():
        if method != "GET":
            continue
        sides = [scene.own, scene.foreign] if endpoint.row else [None]
        urls = [reverse(name, args=endpoint.args(side.rows[endpoint.row] if side else None)) for side in sides]
        for role, url, query in product(API_ROLES, urls, api_queries(scene)):
            assert not sings(scene.api[role].get(f"{url}?{query}")), (role, url, query)


@pytest.mark.slow
def test_no_page_of_a_model_in_the_console_sings(scene: world.World) -> None:
    for model, pages in CONSOLE.items():
        label, name = model.lower().replace(".", "_"), model.split(".")[1]
        rows = [side.rows[name] for side in (scene.own, scene.foreign) if name in side.rows]
        of_one = [page for page in pages if page not in ("changelist", "add")]
        urls = [reverse(f"admin:{label}_changelist") + query for query in ("", "?q=Canary", *filters_of(scene, name))]
        urls += added(label)
        urls += [reverse(f"admin:{label}_{page}", args=[row.pk]) for page, row in product(of_one, rows)]
        for role, url in product(COLLEAGUES, urls):
            assert not heard(scene.console[role], url), (role, url)


def added(label: str) -> list[str]:
    """The page on which one is added. Statistics are pages of their own, without any of a row."""
    with contextlib.suppress(NoReverseMatch):
        return [reverse(f"admin:{label}_add")]
    return []


def heard(client: Any, url: str) -> bool:
    """Whether the page sings, or the next one, on which it would say what it has to say."""
    with world.undone():
        answer = client.get(url)
        return sings(answer) or ("Location" in answer and sings(client.get(answer["Location"])))


def filters_of(scene: world.World, name: str) -> list[str]:
    """Queries that narrow a list to something foreign."""
    rows = scene.foreign.rows
    narrowing = {
        "Customer": [f"follow_user__id__exact={rows['Employee'].pk}", f"tag={rows['Tag'].pk}"],
        "Tag": [f"group__id__exact={rows['TagGroup'].pk}"],
        "FollowUp": [f"employee__id__exact={rows['Employee'].pk}"],
        "OutboxEvent": [f"aggregate_id={rows['Customer'].pk}"],
    }
    return [f"?{query}" for query in [*narrowing.get(name, []), f"corp_id={scene.foreign.corp.pk}"]]


def test_no_page_beside_the_models_sings(scene: world.World) -> None:
    queries = ("", "?q=Canary", "?s=Canary", "?extended=1&s=Canary")
    for page, role, query in product(CONSOLE_PAGES, CONSOLE_CALLERS, queries):
        assert not sings(scene.console[role].get(reverse(f"admin:{page}") + query)), (page, role, query)


def completions() -> list[tuple[str, str, str]]:
    """Each field of the console that completes what is typed: (app, model, field), those of inlines too."""
    found = []
    for page in admin.site._registry.values():
        inlines = [i(page.model, admin.site) for i in getattr(page, "inlines", [])]
        for part in (page, *inlines):
            meta = part.model._meta
            found += [(meta.app_label, meta.model_name, name) for name in part.autocomplete_fields]
    return found


def test_no_completion_sings(scene: world.World) -> None:
    assert completions()
    for (app, model, name), role, term in product(completions(), CONSOLE_CALLERS, ("", "Canary", "a")):
        asked = {"app_label": app, "model_name": model, "field_name": name, "term": term}
        answer = scene.console[role].get(reverse("admin:autocomplete"), asked)
        assert answer.status_code in (200, 302, 403), (role, asked, answer.status_code)
        assert not sings(answer), (role, asked)


def test_the_canaries_are_there_to_sing(scene: world.World) -> None:
    """Whoever may see the foreign company does: so the silence above is the scope's doing."""
    root = scene.console["superuser"]
    for model in CONSOLE:
        label, row = model.lower().replace(".", "_"), scene.foreign.rows.get(model.split(".")[1])
        if row is None:
            continue
        urls = [reverse(f"admin:{label}_changelist"), reverse(f"admin:{label}_change", args=[row.pk])]
        assert any(sings(root.get(url)) for url in urls), model
