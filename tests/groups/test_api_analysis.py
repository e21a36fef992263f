"""``/api/v1/groups/growth`` and its neighbours: shapes, bounds, and who sees what."""

from typing import Any

import pytest

from tests import api, make
from tests.conftest import Cast
from tests.doors import refused, with_and_without_slash
from tests.groups.story import Story, at, one

URL = "/api/v1/groups"
DAYS = "fromDay=2026-11-01&toDay=2026-11-03"


def test_growth_names_every_day_and_sums_them_up(cast: Cast, story: Story) -> None:
    story.read(one("wmA", 1), one("wmB", 2), make.chat_member(cast.owner, at(0)))
    story.told("wmA", minute=9)
    client = api.client(cast.corp)
    for url in with_and_without_slash(f"{URL}/growth"):
        answer = client.get(f"{url}?{DAYS}").json()
        assert [row["day"] for row in answer["list"]] == ["2026-11-01", "2026-11-02", "2026-11-03"]
        figures = {"joined": 3, "left": 1, "net": 2, "customersJoined": 2, "customersLeft": 1}
        assert answer["list"][1] == {"day": "2026-11-02", **figures}
        assert answer["total"] == figures
    assert len(client.get(f"{URL}/growth").json()["list"]) == 30
    assert client.get(f"{URL}/growth?{DAYS}&groupId={story.chat.pk}").json()["total"]["joined"] == 3
    assert client.get(f"{URL}/growth?{DAYS}&ownerId={cast.colleague.pk}").json()["total"]["joined"] == 0
    assert client.get(f"{URL}/growth?{DAYS}&departmentId={cast.department.pk}").json()["total"]["joined"] == 3


def test_inviters_and_ways_of_leaving_are_listed(cast: Cast, story: Story) -> None:
    story.read(one("wmA", 1, inviter_userid=cast.owner.userid), one("wmB", 2))
    story.told("wmA", minute=9, scene=1)
    client = api.client(cast.corp)
    assert client.get(f"{URL}/inviters?{DAYS}").json() == {
        "list": [{"userid": cast.owner.userid, "employeeId": cast.owner.pk, "name": "王小明", "invited": 1, "stay": 0}]
    }
    assert client.get(f"{URL}/quits?{DAYS}").json() == {"list": [{"quitScene": 1, "left": 1, "customers": 1}]}


def test_people_across_chats_are_listed_by_pages(cast: Cast) -> None:
    for _n in range(2):
        make.chat(cast.corp, cast.owner, "wmA", "wmB")
    client = api.client(cast.corp)
    answer = client.get(f"{URL}/people?size=1").json()
    assert (answer["total"], answer["totalExact"], answer["page"], answer["size"]) == (2, True, 1, 1)
    assert [row["userid"] for row in answer["list"]] == ["wmA"]
    assert client.get(f"{URL}/people?minGroups=3").json()["list"] == []
    assert len(client.get(f"{URL}/people?minGroups=1&friend=nobody").json()["list"]) == 2
    assert client.get(f"{URL}/people?friend=somebody").json()["total"] == 0


def test_members_are_narrowed_to_nobodys_friends(cast: Cast) -> None:
    friend = make.customer(cast.corp, cast.owner)
    chat = make.chat(cast.corp, cast.owner, cast.owner, friend, "wmStranger")
    client, url = api.client(cast.corp), f"{URL}/{chat.pk}/members"

    def shown(query: str) -> list[str]:
        return [row["userid"] for row in client.get(f"{url}?{query}").json()["list"]]

    assert shown("friend=nobody") == ["wmStranger"]
    assert shown("friend=somebody") == [friend.external_userid]
    assert client.get(f"{url}?friend=x").status_code == 400


def test_absent_friends_are_listed_with_their_relation(cast: Cast) -> None:
    friend = make.customer(cast.corp, cast.owner, name="大海", external_userid="wmSea")
    chat = make.chat(cast.corp, cast.owner, cast.owner)
    answer = api.client(cast.corp).get(f"{URL}/{chat.pk}/absent-friends").json()
    row = answer["list"][0]
    assert (row["customerId"], row["externalUserid"], row["name"]) == (friend.pk, "wmSea", "大海")
    assert answer["total"] == 1
    refused(api.client(cast.other_corp).get(f"{URL}/{chat.pk}/absent-friends"), 404, "not_found")


@pytest.mark.parametrize("path", ["growth", "inviters", "quits"])
@pytest.mark.parametrize(
    "query",
    [
        "fromDay=yesterday",
        "fromDay=2026-02-30",
        "fromDay=0001-01-01",
        "toDay=9999-12-31",
        "fromDay=2026-11-03&toDay=2026-11-01",
        "fromDay=2026-01-01&toDay=2026-11-01",
        "ownerId=0",
        "departmentId=x",
        f"ownerId={'9' * 20}",
        "colour=red",
    ],
)
def test_what_means_nothing_is_refused(cast: Cast, path: str, query: str) -> None:
    answer = api.client(cast.corp).get(f"{URL}/{path}?{query}")
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] in {"invalid", "invalid_parameter", "unknown_parameter"}


@pytest.mark.parametrize("query", ["minGroups=0", "friend=me", "page=0", "page=101", "size=101", "keyword=x"])
def test_people_are_asked_for_within_bounds(cast: Cast, query: str) -> None:
    assert api.client(cast.corp).get(f"{URL}/people?{query}").status_code == 400


def test_the_figures_of_a_foreign_chat_are_not_there(cast: Cast) -> None:
    chat = make.chat(cast.corp, cast.owner, "wmA")
    stranger = api.client(cast.other_corp)
    for path in ("growth", "inviters", "quits"):
        refused(stranger.get(f"{URL}/{path}?groupId={chat.pk}"), 404, "not_found")
    assert stranger.get(f"{URL}/people?minGroups=1").json()["list"] == []


def test_an_empty_value_is_one_not_given(cast: Cast) -> None:
    assert len(api.client(cast.corp).get(f"{URL}/growth?fromDay=&toDay=&ownerId=").json()["list"]) == 30


def test_the_figures_cost_the_same_however_many(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = api.client(cast.corp)
    client.get(f"{URL}/growth")
    for _n in range(5):
        make.chat(cast.corp, make.employee(cast.corp), *(f"wm{n}" for n in range(20)))
    for path, most in (("growth", 3), ("inviters", 3), ("quits", 2), ("people", 4)):
        with django_assert_max_num_queries(most):
            client.get(f"{URL}/{path}")
