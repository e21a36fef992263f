"""Every door of tags and groups, tried with everything it has to refuse and with the odd things it has to take."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from corps import accounts
from corps.actors import SYSTEM
from messaging.models import OutboxEvent
from tags.models import Tag, TagGroup
from tests import api, make
from tests.conftest import Cast
from tests.doors import (
    BAD_PAGES,
    HARD_NAMES,
    METHODS,
    UNREADABLE,
    is_chinese,
    refused,
    with_and_without_slash,
)
from tests.tags.test_api import GROUPS, TAGS, state


@dataclass
class World:
    """A group with two tags, and another group with one."""

    group: TagGroup
    tag: Tag
    neighbour: Tag
    elsewhere: Tag

    def url(self, pattern: str) -> str:
        return pattern.format(group=self.group.pk, tag=self.tag.pk)

    def body(self, name: str) -> dict[str, Any]:
        """What this write takes."""
        return {
            "create group": {"name": "新组"},
            "replace group": {"name": "新名"},
            "change group": {"name": "新名"},
            "delete group": {},
            "order groups": {"groupIds": [self.elsewhere.group_id, self.group.pk]},
            "order tags": {"tagIds": [self.neighbour.pk, self.tag.pk]},
            "create tag": {"groupId": self.group.pk, "name": "新"},
            "replace tag": {"name": "新"},
            "change tag": {"name": "新"},
            "delete tag": {},
            "move tag": {"groupId": self.elsewhere.group_id},
            "merge tag": {"intoTagId": self.neighbour.pk},
        }[name]


WRITES = {
    "create group": ("post", GROUPS, 201),
    "replace group": ("put", f"{GROUPS}/{{group}}", 200),
    "change group": ("patch", f"{GROUPS}/{{group}}", 200),
    "delete group": ("delete", f"{GROUPS}/{{group}}", 204),
    "order groups": ("put", f"{GROUPS}/order", 204),
    "order tags": ("put", f"{GROUPS}/{{group}}/order", 204),
    "create tag": ("post", TAGS, 201),
    "replace tag": ("put", f"{TAGS}/{{tag}}", 200),
    "change tag": ("patch", f"{TAGS}/{{tag}}", 200),
    "delete tag": ("delete", f"{TAGS}/{{tag}}", 204),
    "move tag": ("post", f"{TAGS}/{{tag}}/move", 200),
    "merge tag": ("post", f"{TAGS}/{{tag}}/merge", 200),
}
WITH_BODY = [name for name in WRITES if not name.startswith("delete")]
POSTS = [name for name, (method, _url, _status) in WRITES.items() if method == "post"]
READS = [GROUPS, f"{GROUPS}/{{group}}", TAGS, f"{TAGS}/{{tag}}"]


@pytest.fixture
def world(cast: Cast) -> World:
    group, other = make.group(cast.corp, order=0), make.group(cast.corp, order=1)
    return World(group, make.tag(group, order=0), make.tag(group, order=1), make.tag(other))


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


def send(client: Any, world: World, name: str, **options: Any) -> Any:
    method, pattern, _status = WRITES[name]
    return getattr(client, method)(world.url(pattern), world.body(name), **options)


@pytest.mark.parametrize("name", WRITES)
def test_each_write_does_what_it_says_with_and_without_a_slash(world: World, client, name: str) -> None:
    method, pattern, status = WRITES[name]
    first, second = with_and_without_slash(world.url(pattern))
    before = state()
    assert getattr(client, method)(second, world.body(name)).status_code == status
    assert state() != before
    # The same again finds it done (200, 204), gone (404) or taken (409): nowhere an error of ours.
    assert getattr(client, method)(first, world.body(name)).status_code in (status, 404, 409)


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_that_cant_be_read_is_refused_and_changes_nothing(world: World, client, name: str) -> None:
    method, pattern, _status = WRITES[name]
    before = state()
    for body, kind, status, code in UNREADABLE:
        answer = getattr(client, method)(world.url(pattern), body, content_type=kind)
        refused(answer, status, code)
    assert state() == before


@pytest.mark.parametrize("name", WITH_BODY)
def test_an_empty_body_an_unknown_field_and_pythons_names_are_refused(world: World, client, name: str) -> None:
    method, pattern, _status = WRITES[name]
    call, url, body = getattr(client, method), world.url(pattern), world.body(name)
    before = state()
    if method != "patch":
        refused(call(url, b"", content_type="application/json"), 400, "invalid")
    for unknown in ("colour", "group_id", "corpId", "version", "useCount", "__proto__", "名字"):
        told = refused(call(url, body | {unknown: 1}), 400, "invalid")
        assert [(e["field"], e["code"]) for e in told["errors"]] == [(unknown, "unknown_field")]
    assert state() == before


WRONG: dict[str, list[Any]] = {
    "name": [None, {}, {"a": 1}, [], ["x"], True, "", " ", "a\x00b", "长" * 31],
    "id": [None, {}, [], True, "", "x", 0, -1, 1.5, 2**63, -(2**63), 1e300],
    "ids": [None, {}, {"a": 1}, True, 1, "x", [[]], [None], ["x"], [0], [1.5], [2**63], [{"id": 1}]],
}


@pytest.mark.parametrize("name", WITH_BODY)
def test_every_field_is_refused_with_a_value_of_another_kind(world: World, client, name: str) -> None:
    method, pattern, _status = WRITES[name]
    before = state()
    for field in world.body(name):
        for value in WRONG["name" if field == "name" else "ids" if field.endswith("Ids") else "id"]:
            answer = getattr(client, method)(world.url(pattern), world.body(name) | {field: value})
            told = refused(answer, 400, "invalid")
            assert told["errors"][0]["field"].split(".")[0] == field, value
    assert state() == before


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_past_the_limit_is_413(world: World, client, settings, name: str) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 60
    method, pattern, _status = WRITES[name]
    before = state()
    for headers in ({}, {"Idempotency-Key": "k"} if method == "post" else {}):
        answer = getattr(client, method)(world.url(pattern), {"name": "长" * 60}, headers=headers)
        refused(answer, 413, "payload_too_large")
    assert state() == before


def test_without_a_key_nothing_is_read_or_written_and_with_too_small_a_one_neither(cast: Cast, world: World) -> None:
    reader, writer = api.client(cast.corp, "read"), api.client(cast.corp, "write", "tags")
    nobody = APIClient()
    before = state()
    for name in WRITES:
        told = send(nobody, world, name)
        refused(told, 401, "not_authenticated")
        assert "Api-Key" in told.headers["WWW-Authenticate"]
        refused(send(reader, world, name), 403, "permission_denied")
    for pattern in READS:
        refused(nobody.get(world.url(pattern)), 401, "not_authenticated")
        refused(writer.get(world.url(pattern)), 403, "permission_denied")
    assert state() == before


@pytest.mark.parametrize("pattern", sorted({p for _m, p, _s in WRITES.values()} | set(READS)))
def test_a_method_that_isnt_offered_is_405_and_names_those_that_are(world: World, client, pattern: str) -> None:
    offered = {m for m, p, _s in WRITES.values() if p == pattern} | ({"get"} if pattern in READS else set())
    before = state()
    for method in set(METHODS) - offered:
        answer = client.generic(method.upper(), world.url(pattern), b"{}", content_type="application/json")
        refused(answer, 405, "method_not_allowed")
        assert offered <= {m.strip().lower() for m in answer.headers["Allow"].split(",")}
    assert state() == before


@pytest.mark.parametrize("name", WRITES)
def test_past_the_accounts_rate_nothing_is_written(cast: Cast, world: World, name: str) -> None:
    _row, key = accounts.issue_key(account=make.account(cast.corp, rate=1), by=SYSTEM)
    client = APIClient(headers={"X-Api-Key": key})
    assert client.get("/api/v1/me").status_code == 200
    before = state()
    answer = send(client, world, name)
    refused(answer, 429, "throttled")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert state() == before


@pytest.mark.parametrize("name", HARD_NAMES)
def test_a_name_comes_back_as_it_was_sent_and_no_event_tells_it(cast: Cast, world: World, client, name: str) -> None:
    made = client.post(TAGS, {"groupId": world.group.pk, "name": name})
    assert (made.status_code, made.json()["name"]) == (201, name)
    assert Tag.objects.get(pk=made.json()["id"]).name == name
    assert [t["name"] for t in client.get(TAGS, {"keyword": name}).json()["list"]] == [name]
    grouped = client.post(GROUPS, {"name": name, "tagNames": [name]}).json()
    assert (grouped["name"], grouped["tags"][0]["name"]) == (name, name)
    assert not any(name in str(e.payload["data"]) for e in OutboxEvent.objects.all())


@pytest.mark.parametrize("ident", ["0", "00", str(2**63 - 1), str(2**63), "9" * 19, "9" * 20, "-1", "1.5", "x", "٣"])
def test_an_id_that_is_nobodys_is_404_at_every_address(world: World, client, ident: str) -> None:
    before = state()
    for name, (method, pattern, _status) in WRITES.items():
        if "{" in pattern:
            url = pattern.format(group=ident, tag=ident)
            refused(getattr(client, method)(url, world.body(name)), 404, "not_found")
    assert state() == before


@pytest.mark.parametrize("name", ["create tag", "move tag", "merge tag", "order tags", "order groups"])
def test_the_largest_id_a_column_holds_is_only_unknown(world: World, client, name: str) -> None:
    field = next(f for f in world.body(name) if "Id" in f)
    before = state()
    method, pattern, _status = WRITES[name]
    value: Any = [2**63 - 1] if field.endswith("Ids") else 2**63 - 1
    answer = getattr(client, method)(world.url(pattern), world.body(name) | {field: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert state() == before


@pytest.mark.parametrize(("place", "status"), [(0, 200), (2**31 - 1, 200), (2**31, 400), (-1, 400), (1.5, 400)])
def test_a_place_fits_its_column(world: World, client, place: Any, status: int) -> None:
    for url in (f"{GROUPS}/{world.group.pk}", f"{TAGS}/{world.tag.pk}"):
        assert client.patch(url, {"order": place}).status_code == status


def test_behind_the_last_possible_place_there_is_none_that_breaks_the_database(world: World, client) -> None:
    client.patch(f"{TAGS}/{world.neighbour.pk}", {"order": 2**31 - 1})
    client.patch(f"{GROUPS}/{world.group.pk}", {"order": 2**31 - 1})
    assert client.post(TAGS, {"groupId": world.group.pk, "name": "新"}).status_code == 201
    assert client.post(GROUPS, {"name": "新"}).status_code == 201
    assert client.post(f"{TAGS}/{world.elsewhere.pk}/move", {"groupId": world.group.pk}).status_code == 200


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ('"1"', 200),
        ("1", 200),
        ('W/"1"', 200),
        ("*", 200),
        ("", 200),
        ('"2"', 412),
        ('"0"', 412),
        (f'"{2**63}"', 412),
        ('"1", "2"', 400),
        ('"-1"', 400),
        ('"x"', 400),
        ('"99999999999999999999"', 400),
        ('"\u0663"', 400),
    ],
)
def test_if_match_takes_the_etag_of_an_answer_and_nothing_else(world: World, client, value: str, status: int) -> None:
    before = state()
    for url in (f"{GROUPS}/{world.group.pk}", f"{TAGS}/{world.tag.pk}"):
        answer = client.patch(url, {"name": "新名"}, headers={"If-Match": value})
        assert answer.status_code == status
    assert (state() == before) == (status != 200)


@pytest.mark.parametrize("url", [GROUPS, TAGS])
def test_pages_are_bounded(world: World, client, settings, url: str) -> None:
    for query in BAD_PAGES:
        told = refused(client.get(f"{url}?{query}"), 400, "invalid_parameter")
        assert told["errors"][0]["field"] == query.split("=")[0]
    settings.OFFSET_BOUND = 200
    refused(client.get(f"{url}?page=3&size=100"), 400, "page_too_deep")
    empty = client.get(f"{url}?page=2&size=100").json()
    assert (empty["list"], empty["total"] > 0, empty["totalExact"], empty["page"]) == ([], True, True, 2)


@pytest.mark.parametrize("url", [f"{GROUPS}?size=50", f"{GROUPS}?withTags=true&size=50", f"{TAGS}?size=50"])
def test_a_list_costs_the_same_for_one_row_as_for_thirty(cast: Cast, client, url: str) -> None:
    make.tag(make.group(cast.corp))
    client.get(url)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            rows = client.get(url).json()["list"]
        counts.append(len(captured))
        for _ in range(29):
            make.tag(make.group(cast.corp))
    assert (len(rows), counts) == (30, [counts[0]] * 2)
    assert counts[0] == (2 if "withTags" in url else 1)


@pytest.mark.parametrize("name", POSTS)
def test_a_post_repeated_under_its_key_takes_effect_once_and_answers_alike(world: World, client, name: str) -> None:
    headers = {"Idempotency-Key": f"key-{POSTS.index(name)}"}
    first = send(client, world, name, headers=headers)
    after = state()
    again = send(client, world, name, headers=headers)
    assert (first.status_code, first.content, first["ETag"]) == (again.status_code, again.content, again["ETag"])
    assert first.status_code == WRITES[name][2]
    assert (again.headers["Idempotent-Replayed"], state()) == ("true", after)


@pytest.mark.parametrize("name", POSTS)
def test_the_key_of_a_post_with_another_body_is_refused(world: World, client, name: str) -> None:
    headers = {"Idempotency-Key": "k"}
    send(client, world, name, headers=headers)
    after = state()
    method, pattern, _status = WRITES[name]
    answer = getattr(client, method)(world.url(pattern), {"name": "别的"}, headers=headers)
    refused(answer, 422, "idempotency_mismatch")
    assert state() == after


def test_refusals_are_in_the_callers_language(cast: Cast, world: World, client) -> None:
    make.group(cast.corp, name="占用")
    asked = [
        lambda **h: client.post(GROUPS, {"name": "占用"}, headers=h),
        lambda **h: client.post(GROUPS, {"name": "a\nb"}, headers=h),
        lambda **h: client.post(GROUPS, {"name": "", "colour": 1}, headers=h),
        lambda **h: client.post(TAGS, {"groupId": 10**9, "name": "新"}, headers=h),
        lambda **h: client.post(f"{TAGS}/{world.tag.pk}/merge", {"intoTagId": 10**9}, headers=h),
        lambda **h: client.post(f"{TAGS}/{world.tag.pk}/merge", {"intoTagId": world.tag.pk}, headers=h),
        lambda **h: client.put(f"{GROUPS}/order", {"groupIds": []}, headers=h),
        lambda **h: client.patch(f"{TAGS}/{world.tag.pk}", {"name": "新"}, headers=h | {"If-Match": '"9"'}),
        lambda **h: client.patch(f"{TAGS}/{world.tag.pk}", {"name": "新"}, headers=h | {"If-Match": "x"}),
        lambda **h: client.get(f"{TAGS}/1000000000", headers=h),
        lambda **h: client.get(f"{TAGS}?colour=1", headers=h),
        lambda **h: client.get(f"{TAGS}?size=101", headers=h),
        lambda **h: client.trace(TAGS, headers=h),
        lambda **h: client.post(GROUPS, b"{", content_type="application/json", headers=h),
    ]
    for ask in asked:
        chinese, english = ask(**{"Accept-Language": "zh-CN,zh;q=0.9"}), ask(**{"Accept-Language": "en-GB,en;q=0.8"})
        assert chinese.json()["code"] == english.json()["code"]
        told = [(e["message"]) for e in chinese.json()["errors"]] + [chinese.json()["message"]]
        assert all(is_chinese(text) for text in told), told
        told = [(e["message"]) for e in english.json()["errors"]] + [english.json()["message"]]
        assert not any(is_chinese(text) for text in told), told
