from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from corps.models import Corp
from messaging.models import OutboxEvent
from tags.models import Tag, TagGroup
from tests import api, make
from tests.conftest import Cast

GROUPS, TAGS = "/api/v1/tag-groups", "/api/v1/tags"


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


def state() -> list[Any]:
    """Everything the catalogue's writes may change."""
    return [
        list(TagGroup.objects.order_by("id").values()),
        list(Tag.objects.order_by("id").values()),
        list(Corp.objects.order_by("id").values_list("tags_version", flat=True)),
        OutboxEvent.objects.count(),
    ]


def test_a_group_is_created_with_its_first_tags_and_answers_with_its_address(cast: Cast, client) -> None:
    answer = client.post(f"{GROUPS}/", {"name": "客户等级", "tagNames": ["重点", "普通"]})
    body = answer.json()
    group = TagGroup.objects.get()
    assert (answer.status_code, answer["ETag"], answer["Location"]) == (201, '"1"', f"{GROUPS}/{group.pk}")
    assert (body["id"], body["name"], body["order"], body["version"]) == (group.pk, "客户等级", 0, 1)
    assert [(t["name"], t["groupName"], t["useCount"], t["countedAt"]) for t in body["tags"]] == [
        ("重点", "客户等级", 0, None),
        ("普通", "客户等级", 0, None),
    ]
    assert client.get(answer["Location"]).json() == body


def test_groups_are_listed_in_their_order_and_with_tags_only_where_asked(cast: Cast, client) -> None:
    last, first = make.group(cast.corp, order=2, name="区域"), make.group(cast.corp, order=1, name="等级")
    make.group(cast.corp, deleted_at="2026-01-01T00:00Z")
    make.group(cast.other_corp)
    tag = make.tag(first, use_count=5)
    make.tag(first, deleted_at="2026-01-01T00:00Z")
    body = client.get(GROUPS).json()
    assert [g["id"] for g in body["list"]] == [first.pk, last.pk]
    assert (body["total"], body["page"], body["size"]) == (2, 1, 20)
    assert "tags" not in body["list"][0]
    embedded = client.get(f"{GROUPS}/?withTags=true").json()["list"]
    assert [[t["id"] for t in g["tags"]] for g in embedded] == [[tag.pk], []]
    assert embedded[0]["tags"][0]["useCount"] == 5
    assert [g["id"] for g in client.get(f"{GROUPS}?keyword=区").json()["list"]] == [last.pk]


def test_a_list_of_groups_with_tags_costs_the_same_for_one_as_for_fifty(
    cast: Cast, client, django_assert_num_queries
) -> None:
    for _ in range(50):
        group = make.group(cast.corp)
        make.tag(group), make.tag(group)
    for size in (2, 50):
        client.get(GROUPS)  # knows the key from now on
        # The page, its tags, the total.
        with django_assert_num_queries(3):
            assert len(client.get(f"{GROUPS}?withTags=true&size={size}").json()["list"]) == size


def test_tags_are_listed_by_group_and_place_and_narrowed_by_group_and_word(
    cast: Cast, client, django_assert_num_queries
) -> None:
    late, early = make.group(cast.corp, order=9, name="乙组"), make.group(cast.corp, order=1, name="甲组")
    third, second, first = make.tag(late, name="丙%"), make.tag(early, order=2), make.tag(early, order=1)
    make.tag(early, deleted_at="2026-01-01T00:00Z")
    make.tag(make.group(cast.other_corp))
    client.get(TAGS)
    with django_assert_num_queries(1):
        body = client.get(f"{TAGS}/").json()
    assert [t["id"] for t in body["list"]] == [first.pk, second.pk, third.pk]
    assert (body["list"][0]["groupName"], body["list"][0]["groupId"]) == ("甲组", early.pk)
    assert [t["id"] for t in client.get(f"{TAGS}?groupId={late.pk}").json()["list"]] == [third.pk]
    assert [t["id"] for t in client.get(f"{TAGS}?keyword=丙").json()["list"]] == [third.pk]
    assert [t["id"] for t in client.get(TAGS, {"keyword": "%"}).json()["list"]] == [third.pk]


@pytest.mark.parametrize(
    "query",
    ["colour=1", "groupId=x", "groupId=0", "groupId=99999999999999999999", "size=101", "page=0", "keyword=a%00"],
)
def test_a_query_that_means_nothing_is_refused(cast: Cast, client, query: str) -> None:
    answer = client.get(f"{TAGS}?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.split("=")[0]


def test_withtags_is_true_or_false(cast: Cast, client) -> None:
    assert client.get(f"{GROUPS}?withTags=maybe").status_code == 400
    assert client.get(f"{GROUPS}?withTags=false").status_code == 200


def test_a_detail_takes_no_parameters(cast: Cast, client) -> None:
    tag = make.tag(make.group(cast.corp))
    for url in (f"{TAGS}/{tag.pk}", f"{GROUPS}/{tag.group_id}"):
        assert client.get(f"{url}?keyword=x").json()["code"] == "unknown_parameter"


def test_a_tag_is_created_read_renamed_and_deleted(cast: Cast, client) -> None:
    group = make.group(cast.corp, name="等级")
    made = client.post(TAGS, {"groupId": group.pk, "name": " 重点 "})
    tag = Tag.objects.get()
    assert (made.status_code, made["Location"], made["ETag"]) == (201, f"{TAGS}/{tag.pk}", '"1"')
    url = f"{TAGS}/{tag.pk}"
    assert client.get(f"{url}/").json() == made.json()
    assert (made.json()["name"], made.json()["groupName"]) == ("重点", "等级")
    patched = client.patch(url, {"name": "普通"}, headers={"If-Match": '"1"'})
    assert (patched.status_code, patched.json()["name"], patched["ETag"]) == (200, "普通", '"2"')
    put = client.put(url, {"name": "普通", "order": 6}, headers={"If-Match": '"2"'})
    assert (put.status_code, put.json()["order"], put["ETag"]) == (200, 6, '"3"')
    assert client.delete(url, headers={"If-Match": '"3"'}).status_code == 204
    assert client.get(url).status_code == 404
    assert Tag.objects.get(pk=tag.pk).deleted_at is not None


def test_a_group_is_renamed_and_deleted_with_its_tags(cast: Cast, client) -> None:
    tag = make.tag(make.group(cast.corp))
    url = f"{GROUPS}/{tag.group_id}"
    assert client.put(url, {"name": "新名"}).json()["name"] == "新名"
    assert client.patch(f"{url}/", {"order": 3}).json()["order"] == 3
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404
    assert client.get(f"{TAGS}/{tag.pk}").status_code == 404


def test_a_lost_update_is_refused_with_412(cast: Cast, client) -> None:
    tag, other = make.tag(make.group(cast.corp)), make.tag(make.group(cast.corp))
    before, seen = state(), {"If-Match": '"9"'}
    for answer in (
        client.patch(f"{TAGS}/{tag.pk}", {"name": "新"}, headers=seen),
        client.put(f"{TAGS}/{tag.pk}", {"name": "新"}, headers=seen),
        client.delete(f"{TAGS}/{tag.pk}", headers=seen),
        client.post(f"{TAGS}/{tag.pk}/move", {"groupId": other.group_id}, headers=seen),
        client.post(f"{TAGS}/{tag.pk}/merge", {"intoTagId": other.pk}, headers=seen),
        client.patch(f"{GROUPS}/{tag.group_id}", {"name": "新"}, headers=seen),
        client.delete(f"{GROUPS}/{tag.group_id}", headers=seen),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "version_passed")
    assert client.delete(f"{TAGS}/{tag.pk}", headers={"If-Match": "soon"}).status_code == 400
    assert state() == before


def test_a_tag_is_moved_and_merged(cast: Cast, client) -> None:
    tag, other = make.tag(make.group(cast.corp)), make.tag(make.group(cast.corp, name="新组"))
    moved = client.post(f"{TAGS}/{tag.pk}/move/", {"groupId": other.group_id})
    assert (moved.status_code, moved.json()["groupName"], moved["ETag"]) == (200, "新组", '"2"')
    merged = client.post(f"{TAGS}/{tag.pk}/merge", {"intoTagId": other.pk})
    assert (merged.status_code, merged.json()["id"]) == (200, other.pk)
    assert client.get(f"{TAGS}/{tag.pk}").status_code == 404
    assert [e.name for e in OutboxEvent.objects.order_by("id")] == ["tag.updated", "tag.merged"]


def test_groups_and_tags_are_put_in_order(cast: Cast, client) -> None:
    groups = [make.group(cast.corp, order=n) for n in range(2)]
    tags = [make.tag(groups[0], order=n) for n in range(2)]
    assert client.put(f"{GROUPS}/order", {"groupIds": [groups[1].pk, groups[0].pk]}).status_code == 204
    assert client.put(f"{GROUPS}/{groups[0].pk}/order/", {"tagIds": [tags[1].pk, tags[0].pk]}).status_code == 204
    body = client.get(f"{GROUPS}?withTags=true").json()["list"]
    assert [g["id"] for g in body] == [groups[1].pk, groups[0].pk]
    assert [t["id"] for t in body[1]["tags"]] == [tags[1].pk, tags[0].pk]


Url = Callable[[Tag], str]
# Stands for the id of the tag of the test.
ITSELF = object()


@pytest.mark.parametrize(
    ("method", "url", "body", "status", "code", "field"),
    [
        ("post", lambda t: TAGS, {"name": "新"}, 400, "invalid", "groupId"),
        ("post", lambda t: TAGS, {"groupId": 0, "name": "新"}, 400, "invalid", "groupId"),
        ("post", lambda t: TAGS, {"groupId": 2**63, "name": "新"}, 400, "invalid", "groupId"),
        ("post", lambda t: TAGS, {"groupId": 999_999, "name": "新"}, 422, "tag_group_unknown", "groupId"),
        ("post", lambda t: TAGS, {"groupId": 1, "name": "新", "colour": "红"}, 400, "invalid", "colour"),
        ("post", lambda t: GROUPS, {"name": ""}, 400, "invalid", "name"),
        ("post", lambda t: GROUPS, {"name": "长" * 31}, 400, "invalid", "name"),
        ("post", lambda t: GROUPS, {"name": "a\nb"}, 422, "name_invalid", "name"),
        ("post", lambda t: GROUPS, {"name": "占用"}, 409, "tag_group_exists", "name"),
        ("post", lambda t: GROUPS, {"name": "新", "tagNames": ["甲"] * 101}, 400, "invalid", "tagNames"),
        ("post", lambda t: GROUPS, {"name": "新", "order": -1}, 400, "invalid", "order"),
        ("put", lambda t: f"{TAGS}/{t.pk}", {"order": 1}, 400, "invalid", "name"),
        ("patch", lambda t: f"{TAGS}/{t.pk}", {"name": None}, 400, "invalid", "name"),
        ("patch", lambda t: f"{TAGS}/{t.pk}", {"useCount": 3}, 400, "invalid", "useCount"),
        ("post", lambda t: f"{TAGS}/{t.pk}/move", {"groupId": 999_999}, 422, "tag_group_unknown", "groupId"),
        ("post", lambda t: f"{TAGS}/{t.pk}/merge", {"intoTagId": 999_999}, 422, "tag_unknown", "intoTagId"),
        ("post", lambda t: f"{TAGS}/{t.pk}/merge", {"intoTagId": ITSELF}, 422, "tag_same", "intoTagId"),
        ("put", lambda t: f"{GROUPS}/order", {"groupIds": [1]}, 422, "order_incomplete", "groupIds"),
        ("put", lambda t: f"{GROUPS}/{t.group_id}/order", {"tagIds": []}, 422, "order_incomplete", "tagIds"),
        ("put", lambda t: f"{GROUPS}/{t.group_id}/order", {"tagIds": ["x"]}, 400, "invalid", "tagIds.0"),
    ],
)
def test_a_wrong_request_names_its_field_and_changes_nothing(
    cast: Cast, client, method: str, url: Url, body: Any, status: int, code: str, field: str
) -> None:
    make.group(cast.corp, name="占用")
    tag = make.tag(make.group(cast.corp))
    body = {key: tag.pk if value is ITSELF else value for key, value in body.items()}
    before = state()
    answer = getattr(client, method)(url(tag), body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["errors"][0]["field"] == field
    assert state() == before


def all_writes(client: Any, tag: Tag, name: str = "新") -> list[Any]:
    group = tag.group_id
    return [
        client.put(f"{TAGS}/{tag.pk}", {"name": name}),
        client.patch(f"{TAGS}/{tag.pk}", {"name": name}),
        client.delete(f"{TAGS}/{tag.pk}"),
        client.post(f"{TAGS}/{tag.pk}/move", {"groupId": group}),
        client.post(f"{TAGS}/{tag.pk}/merge", {"intoTagId": tag.pk}),
        client.put(f"{GROUPS}/{group}", {"name": name}),
        client.patch(f"{GROUPS}/{group}", {"name": name}),
        client.put(f"{GROUPS}/{group}/order", {"tagIds": [tag.pk]}),
        client.delete(f"{GROUPS}/{group}"),
    ]


def test_another_companys_tags_are_not_there(cast: Cast) -> None:
    tag, mine = make.tag(make.group(cast.corp)), make.tag(make.group(cast.other_corp))
    stranger = api.client(cast.other_corp)
    before = state()
    answers = [stranger.get(f"{TAGS}/{tag.pk}"), stranger.get(f"{GROUPS}/{tag.group_id}"), *all_writes(stranger, tag)]
    assert {a.status_code for a in answers} == {404}
    assert stranger.post(TAGS, {"groupId": tag.group_id, "name": "新"}).status_code == 422
    assert stranger.post(f"{TAGS}/{mine.pk}/move", {"groupId": tag.group_id}).status_code == 422
    assert stranger.post(f"{TAGS}/{mine.pk}/merge", {"intoTagId": tag.pk}).status_code == 422
    assert stranger.get(f"{TAGS}?groupId={tag.group_id}").json()["list"] == []
    assert state() == before


def test_an_id_no_row_can_have_is_not_there(cast: Cast, client) -> None:
    for ident in ("0", "9" * 19, "9" * 40):
        assert client.get(f"{TAGS}/{ident}").status_code == 404
        assert client.delete(f"{GROUPS}/{ident}").status_code == 404


@pytest.mark.parametrize("who", ["owner", "manager"])
def test_staff_and_managers_read_tags_and_write_none(cast: Cast, who: str) -> None:
    tag = make.tag(make.group(cast.corp))
    client = APIClient()
    client.force_authenticate(user=cast.actor(who))
    before = state()
    assert client.get(f"{TAGS}/{tag.pk}").status_code == 200
    assert client.get(f"{GROUPS}?withTags=true").status_code == 200
    answers = [
        *all_writes(client, tag),
        client.post(TAGS, {"groupId": tag.group_id, "name": "新"}),
        client.post(GROUPS, {"name": "新"}),
        client.put(f"{GROUPS}/order", {"groupIds": [tag.group_id]}),
    ]
    assert {a.status_code for a in answers} == {403}
    assert state() == before


def test_a_service_without_the_tags_scope_writes_none(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    client = api.client(cast.corp, "read", "write")
    assert {a.status_code for a in all_writes(client, tag)} == {403}


def test_a_repeated_post_with_one_key_makes_one_tag(cast: Cast, client) -> None:
    body, key = {"groupId": make.group(cast.corp).pk, "name": "新"}, {"Idempotency-Key": "k-1"}
    first, again = client.post(TAGS, body, headers=key), client.post(TAGS, body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (Tag.objects.count(), OutboxEvent.objects.count()) == (1, 1)
    assert client.post(TAGS, body | {"name": "别的"}, headers=key).status_code == 422


def test_what_isnt_offered_answers_405(cast: Cast, client) -> None:
    tag = make.tag(make.group(cast.corp))
    assert client.delete(TAGS).status_code == 405
    assert client.get(f"{TAGS}/{tag.pk}/merge").status_code == 405
    assert client.post(f"{GROUPS}/order", {"groupIds": []}).status_code == 405
