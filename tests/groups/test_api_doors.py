"""Every door of the group chats' API against what it is not made for: methods, parameters, names, numbers, versions."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from groups.models import GroupTag, GroupTagSet, GroupTransferJob
from tests import api, make
from tests.conftest import Cast
from tests.doors import BAD_PAGES, HARD_NAMES, METHODS, refused

V1 = "/api/v1"
READ_ONLY = [
    "groups",
    "groups/growth",
    "groups/inviters",
    "groups/quits",
    "groups/people",
    "groups/figures",
]
PAGED = ["group-tags", "group-tag-sets", "group-transfers"]
OF_A_CHAT = ["trajectory", "absent-friends", "members"]


@pytest.mark.parametrize("path", READ_ONLY)
def test_what_is_to_be_read_takes_no_other_method(cast: Cast, path: str) -> None:
    client = api.client(cast.corp)
    for method in METHODS:
        if method not in ("get", "trace"):
            assert client.generic(method.upper(), f"{V1}/{path}").status_code == 405, method


@pytest.mark.parametrize("path", OF_A_CHAT)
def test_what_is_to_be_read_of_a_chat_takes_no_other_method(cast: Cast, path: str) -> None:
    chat = make.chat(cast.corp, cast.owner)
    client = api.client(cast.corp)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert client.generic(method, f"{V1}/groups/{chat.pk}/{path}").status_code == 405, method


@pytest.mark.parametrize("path", [*READ_ONLY, *PAGED])
def test_a_parameter_that_nobody_knows_is_refused_by_name(cast: Cast, path: str) -> None:
    body = refused(api.client(cast.corp).get(f"{V1}/{path}?colour=red"), 400, "unknown_parameter")
    assert [error["field"] for error in body["errors"]] == ["colour"]


@pytest.mark.parametrize("path", [*PAGED, "groups/people"])
@pytest.mark.parametrize("query", BAD_PAGES)
def test_pages_that_mean_nothing_are_refused(cast: Cast, path: str, query: str) -> None:
    assert api.client(cast.corp).get(f"{V1}/{path}?{query}").status_code == 400


@pytest.mark.parametrize("path", OF_A_CHAT)
@pytest.mark.parametrize("ident", ["0", "999999", "9" * 19])
def test_a_chat_that_can_not_be_is_not_there(cast: Cast, path: str, ident: str) -> None:
    refused(api.client(cast.corp).get(f"{V1}/groups/{ident}/{path}"), 404, "not_found")


@pytest.mark.parametrize("ident", ["0", "999999", "9" * 19])
def test_tags_sets_and_handovers_that_can_not_be_are_not_there(cast: Cast, ident: str) -> None:
    client = api.client(cast.corp)
    for path in ("group-tags", "group-tag-sets", "group-transfers"):
        refused(client.get(f"{V1}/{path}/{ident}"), 404, "not_found")
    for path in ("group-tags", "group-tag-sets"):
        refused(client.patch(f"{V1}/{path}/{ident}", {"name": "x"}), 404, "not_found")
        refused(client.delete(f"{V1}/{path}/{ident}"), 404, "not_found")
    for act in ("start", "pause", "cancel"):
        refused(client.post(f"{V1}/group-transfers/{ident}/{act}"), 404, "not_found")
    refused(client.get(f"{V1}/group-transfers/{ident}/items"), 404, "not_found")


@pytest.mark.parametrize("name", [name for name in HARD_NAMES if len(name) <= 30])
def test_names_of_tags_and_sets_come_back_as_they_were_given(cast: Cast, name: str) -> None:
    client = api.client(cast.corp)
    made = client.post(f"{V1}/group-tag-sets", {"name": name, "tagNames": [name]}).json()
    assert made["name"] == name
    assert [row["name"] for row in client.get(f"{V1}/group-tags").json()["list"]] == [name]
    chat = make.chat(cast.corp, cast.owner)
    tag = GroupTag.objects.get()
    shown = client.post(f"{V1}/groups/{chat.pk}/tags", {"addTagIds": [tag.pk]}).json()
    assert shown["tags"] == [{"id": tag.pk, "name": name}]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 31}, "name"),
        ({"name": ["x"]}, "name"),
        ({"name": "x", "order": -1}, "order"),
        ({"name": "x", "order": 2**31}, "order"),
        ({"name": "x", "order": "first"}, "order"),
        ({"name": "x", "tagNames": "y"}, "tagNames"),
        ({"name": "x", "tagNames": [""]}, "tagNames"),
        ({"name": "x", "tagNames": ["y"] * 101}, "tagNames"),
        ({"name": "x", "id": 7}, "id"),
        ({"name": "x", "version": 7}, "version"),
    ],
)
def test_a_set_that_can_not_be_is_refused_at_its_field(cast: Cast, body: dict[str, Any], field: str) -> None:
    told = refused(api.client(cast.corp).post(f"{V1}/group-tag-sets", body), 400, "invalid")
    assert told["errors"][0]["field"].split(".")[0] == field
    assert not GroupTagSet.objects.exists()


def test_two_tags_of_one_name_make_no_set_at_all(cast: Cast, recorded: Any) -> None:
    answer = api.client(cast.corp).post(f"{V1}/group-tag-sets", {"name": "区域", "tagNames": ["华北", "华北"]})
    refused(answer, 409, "group_tag_exists")
    assert (GroupTagSet.objects.count(), GroupTag.objects.count(), recorded()) == (0, 0, [])


@pytest.mark.parametrize("seen", ['"2"', '"0"'])
def test_a_version_that_is_not_the_tags_is_refused(cast: Cast, seen: str) -> None:
    tag = make.group_tag(make.group_tag_set(cast.corp), name="原名")
    client = api.client(cast.corp)
    for row, path in ((tag, "group-tags"), (tag.set, "group-tag-sets")):
        headers = {"If-Match": seen}
        refused(client.patch(f"{V1}/{path}/{row.pk}", {"name": "新名"}, headers=headers), 412, "version_passed")
        refused(client.delete(f"{V1}/{path}/{row.pk}", headers=headers), 412, "version_passed")
        row.refresh_from_db()
        assert (row.name == "新名", row.version) == (False, 1)


@pytest.mark.parametrize(
    "body",
    [
        {"groupIds": [], "addTagIds": [1]},
        {"groupIds": ["x"], "addTagIds": [1]},
        {"groupIds": [0], "addTagIds": [1]},
        {"groupIds": list(range(1, 102)), "addTagIds": [1]},
        {"groupIds": [1]},
        {"groupIds": [1], "addTagIds": list(range(1, 102))},
        {"groupIds": [2**63], "addTagIds": [1]},
        {"addTagIds": [1]},
    ],
)
def test_a_bulk_change_that_means_nothing_is_refused(cast: Cast, body: dict[str, Any]) -> None:
    assert api.client(cast.corp).post(f"{V1}/groups/tags", body).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"takerId": 1, "groupIds": list(range(1, 1002))},
        {"takerId": 0, "ownerId": 1},
        {"takerId": 2**63, "ownerId": 1},
        {"takerId": 1, "ownerId": 0},
        {"takerId": 1, "filter": "x"},
        {"takerId": 1, "filter": {"keyword": ["x"]}},
        {"takerId": 1, "filter": {"keyword": "x" * 1001}},
        {"ownerId": 1},
        {"takerId": 1, "ownerId": 1, "state": "running"},
    ],
)
def test_a_handover_that_means_nothing_is_refused(cast: Cast, body: dict[str, Any]) -> None:
    assert api.client(cast.corp).post(f"{V1}/group-transfers", body).status_code == 400
    assert not GroupTransferJob.objects.exists()


@pytest.mark.parametrize("path", [*READ_ONLY, *PAGED])
def test_who_is_nobody_is_told_nothing(cast: Cast, path: str) -> None:
    make.chat(cast.corp, cast.owner)
    refused(APIClient(headers={"Accept-Language": "en"}).get(f"{V1}/{path}"), 401, "not_authenticated")
