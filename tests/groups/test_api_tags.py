"""``/api/v1/group-tags``, ``/api/v1/group-tag-sets`` and the tags of a chat."""

from typing import Any

import pytest

from groups.models import ChatTag, GroupTag, GroupTagSet
from tests import api, make
from tests.conftest import Cast
from tests.doors import UNREADABLE, refused, with_and_without_slash

URL = "/api/v1/groups"


def test_a_set_and_its_tags_are_made_changed_listed_and_ended(cast: Cast) -> None:
    client = api.client(cast.corp)
    made = client.post("/api/v1/group-tag-sets", {"name": "区域", "tagNames": ["华北", "华南"]})
    assert (made.status_code, made.json()["name"], made.headers["ETag"]) == (201, "区域", '"1"')
    assert made.headers["Location"] == f"/api/v1/group-tag-sets/{made.json()['id']}"
    home = made.json()["id"]
    for url in with_and_without_slash("/api/v1/group-tags"):
        listed = client.get(f"{url}?setId={home}").json()["list"]
        assert [(row["name"], row["setName"], row["order"]) for row in listed] == [
            ("华北", "区域", 0),
            ("华南", "区域", 1),
        ]
    tag = f"/api/v1/group-tags/{listed[0]['id']}"
    changed = client.patch(tag, {"name": "北方"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    refused(client.patch(tag, {"name": "东北"}, headers={"If-Match": '"1"'}), 412, "version_passed")
    refused(client.delete(f"/api/v1/group-tag-sets/{home}"), 409, "group_tag_set_not_empty")
    for row in listed:
        assert client.delete(f"/api/v1/group-tags/{row['id']}").status_code == 204
    assert client.delete(f"/api/v1/group-tag-sets/{home}").status_code == 204
    assert client.get("/api/v1/group-tag-sets").json()["list"] == []


def test_a_tag_is_added_to_a_set_of_the_own_company_only(cast: Cast) -> None:
    own, foreign = make.group_tag_set(cast.corp), make.group_tag_set(cast.other_corp)
    client = api.client(cast.corp)
    assert client.post("/api/v1/group-tags", {"setId": own.pk, "name": "华北"}).status_code == 201
    refused(client.post("/api/v1/group-tags", {"setId": foreign.pk, "name": "华北"}), 422, "group_tag_set_unknown")
    refused(client.post("/api/v1/group-tags", {"setId": own.pk, "name": "华北"}), 409, "group_tag_exists")
    assert GroupTag.objects.count() == 1


def test_foreign_tags_and_sets_are_not_there(cast: Cast) -> None:
    row = make.group_tag(make.group_tag_set(cast.other_corp))
    client = api.client(cast.corp)
    for url in (f"/api/v1/group-tags/{row.pk}", f"/api/v1/group-tag-sets/{row.set_id}"):
        for answer in (client.get(url), client.patch(url, {"name": "x"}), client.delete(url)):
            refused(answer, 404, "not_found")
    assert (GroupTag.objects.count(), GroupTagSet.objects.count()) == (1, 1)


def test_a_repeated_creation_takes_effect_once(cast: Cast) -> None:
    client = api.client(cast.corp)
    keyed = {"Idempotency-Key": "once"}
    first, again = (client.post("/api/v1/group-tag-sets", {"name": "区域"}, headers=keyed) for _n in range(2))
    assert first.json() == again.json()
    assert GroupTagSet.objects.count() == 1


def test_the_tags_of_a_chat_change_in_both_directions_and_are_shown(cast: Cast, recorded: Any) -> None:
    home = make.group_tag_set(cast.corp)
    on, off = make.group_tag(home, name="进行中"), make.group_tag(home, name="筹备")
    chat = make.chat(cast.corp, cast.owner)
    client = api.client(cast.corp)
    client.post(f"{URL}/{chat.pk}/tags", {"addTagIds": [off.pk]})
    for url in with_and_without_slash(f"{URL}/{chat.pk}/tags"):
        answer = client.post(url, {"addTagIds": [on.pk], "removeTagIds": [off.pk]})
        assert (answer.status_code, answer.json()["tags"]) == (200, [{"id": on.pk, "name": "进行中"}])
    assert client.get(URL).json()["list"][0]["tags"] == [{"id": on.pk, "name": "进行中"}]
    assert [e[0] for e in recorded() if e[0].startswith("group.tag")] == [
        "group.tag.added",
        "group.tag.removed",
        "group.tag.added",
    ]


def test_many_chats_are_tagged_at_once_with_a_result_for_each(cast: Cast) -> None:
    tag = make.group_tag(make.group_tag_set(cast.corp))
    chat, foreign = make.chat(cast.corp, cast.owner), make.chat(cast.other_corp, cast.stranger)
    body = {"groupIds": [foreign.pk, chat.pk], "addTagIds": [tag.pk]}
    answer = api.client(cast.corp).post(f"{URL}/tags", body).json()
    assert [(r["groupId"], r["status"]) for r in answer.pop("list")] == [(foreign.pk, "failed"), (chat.pk, "changed")]
    assert answer == {"total": 2, "changed": 1, "unchanged": 0, "failed": 1}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "no_tags"),
        ({"addTagIds": []}, "no_tags"),
        ({"addTagIds": ["x"]}, "invalid"),
        ({"addTagIds": [0]}, "invalid"),
        ({"tagIds": [1]}, "invalid"),
    ],
)
def test_a_change_of_tags_that_says_nothing_is_refused(cast: Cast, body: Any, code: str) -> None:
    chat = make.chat(cast.corp, cast.owner)
    answer = api.client(cast.corp).post(f"{URL}/{chat.pk}/tags", body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not ChatTag.objects.exists()


@pytest.mark.parametrize(("body", "kind", "status", "code"), UNREADABLE[:6])
def test_a_body_that_can_not_be_read_is_refused(cast: Cast, body: bytes, kind: str, status: int, code: str) -> None:
    client = api.client(cast.corp)
    for url in ("/api/v1/group-tags", "/api/v1/group-tag-sets", f"{URL}/tags"):
        refused(client.generic("POST", url, body, content_type=kind), status, code)


def test_the_list_answers_every_filter(cast: Cast) -> None:
    home = make.group_tag_set(cast.corp)
    north, south = make.group_tag(home), make.group_tag(home)
    big = make.chat(cast.corp, cast.owner, "wmA", "wmB", "wmC")
    small = make.chat(cast.corp, cast.colleague, "wmA", opened_at=make.now().replace(year=2024))
    client = api.client(cast.corp)
    client.post(f"{URL}/{big.pk}/tags", {"addTagIds": [north.pk, south.pk]})
    client.post(f"{URL}/{small.pk}/tags", {"addTagIds": [north.pk]})

    def listed(query: str) -> list[int]:
        answer = client.get(f"{URL}?{query}")
        assert answer.status_code == 200, answer.content
        return [row["id"] for row in answer.json()["list"]]

    assert listed(f"tagIdsAll={north.pk},{south.pk}") == [big.pk]
    assert listed(f"tagIdsAny={south.pk},{'9' * 19}") == [big.pk]
    assert listed(f"tagIdsNone={south.pk}") == [small.pk]
    assert listed("minMembers=2") == [big.pk]
    assert listed("maxMembers=2") == [small.pk]
    assert listed("minMembers=1&maxMembers=3") == [big.pk, small.pk]
    assert listed(f"departmentId={cast.department.pk}") == [big.pk, small.pk]
    assert listed("departmentId=999999") == []
    assert listed("joinedSince=2026-01-01T00:00:00Z") == [big.pk]
    assert listed("leftSince=2026-01-01T00:00:00Z") == []
    assert listed("changedFrom=2025-01-01T00:00:00Z") == [big.pk, small.pk]
    assert listed("changedTo=2025-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    "query",
    ["tagIdsAll=x", "tagIdsAny=1,", "tagIdsNone=-1", f"tagIdsAll={'1,' * 51}1", "minMembers=-1", "maxMembers=1e9"],
)
def test_a_filter_that_means_nothing_is_refused(cast: Cast, query: str) -> None:
    refused(api.client(cast.corp).get(f"{URL}?{query}"), 400, "invalid")


def test_who_came_and_went_today_stands_in_the_list(cast: Cast) -> None:
    moment = make.now()
    customer = make.customer(cast.corp, cast.owner)
    chat = make.chat(cast.corp, cast.owner, customer, "wmB", opened_at=moment, chat_id="wrToday")
    make.chat(cast.corp, cast.owner, customer, opened_at=moment, chat_id="wrToday")
    row = api.client(cast.corp).get(URL).json()["list"][0]
    assert (row["id"], row["joinedToday"], row["leftToday"], row["memberCount"]) == (chat.pk, 2, 1, 1)


def test_an_inviter_is_named(cast: Cast) -> None:
    facts = [make.chat_member("wmA", make.now(), inviter_userid=cast.owner.userid)]
    facts += [make.chat_member("wmB", make.now(), inviter_userid="gone")]
    chat = make.chat(cast.corp, cast.owner, members=tuple(facts))
    rows = api.client(cast.corp).get(f"{URL}/{chat.pk}/members").json()["list"]
    assert [(row["userid"], row["inviterName"]) for row in rows] == [("wmA", "王小明"), ("wmB", None)]
