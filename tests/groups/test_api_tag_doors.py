"""The doors of group tags at their edges: repeats under a key, versions, other people's rows, and bounds."""

from typing import Any

import pytest

from groups.models import ChatTag, GroupChat, GroupTag, GroupTagSet
from tests import api, make
from tests.conftest import Cast
from tests.doors import refused

V1 = "/api/v1"
KEYED = {"Idempotency-Key": "once"}


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


@pytest.fixture
def tags(cast: Cast) -> list[GroupTag]:
    home = make.group_tag_set(cast.corp, name="区域")
    return [make.group_tag(home, name=name, order=n) for n, name in enumerate(("华北", "华南", "华东"))]


@pytest.fixture
def chat(cast: Cast) -> GroupChat:
    return make.chat(cast.corp, cast.owner)


def worn() -> set[tuple[int, int]]:
    return set(ChatTag.objects.values_list("chat_id", "tag_id"))


def test_a_repeated_change_of_tags_answers_as_then_and_is_made_once(
    client: Any, tags: list[GroupTag], chat: GroupChat, recorded: Any
) -> None:
    url = f"{V1}/groups/{chat.pk}/tags"
    first = client.post(url, {"addTagIds": [tags[0].pk]}, headers=KEYED)
    client.post(url, {"removeTagIds": [tags[0].pk]})
    told = recorded()
    again = client.post(url, {"addTagIds": [tags[0].pk]}, headers=KEYED)
    assert (again.status_code, again.json()) == (200, first.json())
    assert (worn(), recorded()) == (set(), told)
    refused(client.post(url, {"addTagIds": [tags[1].pk]}, headers=KEYED), 422, "idempotency_mismatch")
    assert (worn(), recorded()) == (set(), told)


def test_a_repeated_change_in_bulk_is_made_once(
    cast: Cast, client: Any, tags: list[GroupTag], chat: GroupChat, recorded: Any
) -> None:
    other = make.chat(cast.corp, cast.colleague)
    body = {"groupIds": [chat.pk, other.pk], "addTagIds": [tags[0].pk]}
    first = client.post(f"{V1}/groups/tags", body, headers=KEYED).json()
    told = recorded()
    assert client.post(f"{V1}/groups/tags", body, headers=KEYED).json() == first
    # Without the key it is another request: nothing is left to change.
    assert client.post(f"{V1}/groups/tags", body).json()["unchanged"] == 2
    assert (worn(), recorded()) == ({(chat.pk, tags[0].pk), (other.pk, tags[0].pk)}, told)


def test_a_chat_named_twice_is_changed_once(client: Any, tags: list[GroupTag], chat: GroupChat, recorded: Any) -> None:
    answer = client.post(f"{V1}/groups/tags", {"groupIds": [chat.pk] * 3, "addTagIds": [tags[0].pk] * 2}).json()
    assert [(row["groupId"], row["added"]) for row in answer["list"]] == [(chat.pk, [tags[0].pk])]
    assert [name for name, _id, _data in recorded()].count("group.tag.added") == 1


@pytest.mark.parametrize("way", ["one", "bulk"])
def test_foreign_and_unknown_tags_are_refused_and_nothing_changes(
    cast: Cast, client: Any, tags: list[GroupTag], chat: GroupChat, way: str, recorded: Any
) -> None:
    foreign, before = make.group_tag(make.group_tag_set(cast.other_corp)), recorded()
    for wrong in (foreign.pk, 999_999):
        body: dict[str, Any] = {"addTagIds": [tags[0].pk, wrong]}
        if way == "one":
            told = refused(client.post(f"{V1}/groups/{chat.pk}/tags", body), 422, "group_tag_unknown")
            assert [error["field"] for error in told["errors"]] == ["addTagIds"]
        else:
            answer = client.post(f"{V1}/groups/tags", body | {"groupIds": [chat.pk]}).json()
            assert (answer["failed"], answer["list"][0]["code"]) == (1, "group_tag_unknown")
    assert (worn(), recorded()) == (set(), before)


def test_one_tag_both_ways_is_refused_at_the_field(client: Any, tags: list[GroupTag], chat: GroupChat) -> None:
    body = {"addTagIds": [tags[0].pk, tags[1].pk], "removeTagIds": [tags[1].pk]}
    told = refused(client.post(f"{V1}/groups/{chat.pk}/tags", body), 422, "tag_both_ways")
    assert ([error["field"] for error in told["errors"]], worn()) == (["removeTagIds"], set())


def test_both_lists_together_have_a_bound(client: Any, tags: list[GroupTag], chat: GroupChat) -> None:
    body = {"addTagIds": list(range(1, 61)), "removeTagIds": list(range(61, 121))}
    refused(client.post(f"{V1}/groups/{chat.pk}/tags", body), 422, "too_many_tags")
    assert worn() == set()


def test_a_foreign_chat_is_not_there(cast: Cast, client: Any, tags: list[GroupTag]) -> None:
    foreign = make.chat(cast.other_corp, cast.stranger)
    refused(client.post(f"{V1}/groups/{foreign.pk}/tags", {"addTagIds": [tags[0].pk]}), 404, "not_found")
    assert worn() == set()


def test_a_key_that_may_only_read_changes_nothing(
    cast: Cast, tags: list[GroupTag], chat: GroupChat, recorded: Any
) -> None:
    reader, before = api.client(cast.corp, "read"), recorded()
    add = {"addTagIds": [tags[0].pk]}
    for method, path, body in (
        ("post", f"groups/{chat.pk}/tags", add),
        ("post", "groups/tags", add | {"groupIds": [chat.pk]}),
        ("post", "group-tags", {"setId": tags[0].set_id, "name": "新"}),
        ("post", "group-tag-sets", {"name": "新"}),
        ("patch", f"group-tags/{tags[0].pk}", {"name": "新"}),
        ("delete", f"group-tags/{tags[0].pk}", {}),
        ("patch", f"group-tag-sets/{tags[0].set_id}", {"name": "新"}),
        ("delete", f"group-tag-sets/{tags[0].set_id}", {}),
    ):
        refused(getattr(reader, method)(f"{V1}/{path}", body), 403, "permission_denied")
    assert (worn(), GroupTag.objects.count(), GroupTagSet.objects.count()) == (set(), 3, 1)
    assert recorded() == before


@pytest.mark.parametrize("seen", ["x", '"1', "-1", '"1.0"', '"' + "9" * 20 + '"'])
def test_a_version_that_is_none_is_refused(client: Any, tags: list[GroupTag], seen: str, recorded: Any) -> None:
    before = recorded()
    for path in (f"group-tags/{tags[0].pk}", f"group-tag-sets/{tags[0].set_id}"):
        answer = client.patch(f"{V1}/{path}", {"name": "新名"}, headers={"If-Match": seen})
        if seen == '"1':
            # The quotes are a matter of taste; the number is read.
            assert answer.status_code == 200
        else:
            refused(answer, 400, "invalid_if_match")
            assert recorded() == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 31}, "name"),
        ({"name": {"a": 1}}, "name"),
        ({"order": -1}, "order"),
        ({"order": None}, "order"),
        ({"order": 2**31}, "order"),
        ({"setId": 1}, "setId"),
        ({"version": 9}, "version"),
    ],
)
def test_a_change_that_can_not_be_is_refused_at_its_field(
    client: Any, tags: list[GroupTag], body: dict[str, Any], field: str, recorded: Any
) -> None:
    before = recorded()
    told = refused(client.patch(f"{V1}/group-tags/{tags[0].pk}", body), 400, "invalid")
    assert [error["field"] for error in told["errors"]] == [field]
    tags[0].refresh_from_db()
    assert (tags[0].name, tags[0].order, tags[0].version, recorded()) == ("华北", 0, 1, before)


def test_a_change_of_nothing_changes_nothing(client: Any, tags: list[GroupTag], recorded: Any) -> None:
    before = recorded()
    for body in ({}, {"name": "华北"}, {"order": 0}, {"name": " 华北 ", "order": 0}):
        answer = client.patch(f"{V1}/group-tags/{tags[0].pk}", body)
        assert (answer.status_code, answer.json()["version"], answer.headers["ETag"]) == (200, 1, '"1"')
    assert recorded() == before


def test_a_name_of_a_sister_is_a_conflict_and_of_another_sets_tag_is_none(
    cast: Cast, client: Any, tags: list[GroupTag]
) -> None:
    other = make.group_tag(make.group_tag_set(cast.corp, name="规模"), name="大群")
    refused(client.patch(f"{V1}/group-tags/{tags[0].pk}", {"name": "华南"}), 409, "group_tag_exists")
    refused(client.patch(f"{V1}/group-tag-sets/{other.set_id}", {"name": "区域"}), 409, "group_tag_set_exists")
    assert client.patch(f"{V1}/group-tags/{other.pk}", {"name": "华南"}).json()["name"] == "华南"


def test_pages_of_tags_are_cut_where_they_should_be(client: Any, tags: list[GroupTag]) -> None:
    pages = [client.get(f"{V1}/group-tags?size=2&page={page}").json() for page in (1, 2, 3)]
    assert [[row["name"] for row in page["list"]] for page in pages] == [["华北", "华南"], ["华东"], []]
    assert {page["total"] for page in pages} == {3}
    for query in ("setId=x", "setId=0", "setId=-1", "setId=1.5", "name=x"):
        assert client.get(f"{V1}/group-tags?{query}").status_code == 400, query
    assert client.get(f"{V1}/group-tags?setId=999999").json()["list"] == []
