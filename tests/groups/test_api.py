"""``/api/v1/groups``: what is listed, how it is narrowed, and who is in a group."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import api, make
from tests.conftest import Cast
from tests.doors import BAD_PAGES, HARD_NAMES, refused, with_and_without_slash
from tests.groups.story import START, Story, at, one

URL = "/api/v1/groups"


def listed(client: Any, query: str = "", url: str = URL) -> list[Any]:
    answer = client.get(f"{url}?{query}")
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["list"]]


def test_a_group_is_listed_with_its_owner_and_counts(cast: Cast) -> None:
    chat = make.chat(cast.corp, cast.owner, cast.owner, "wmA", name="华北客户群", opened_at=START, notice="不在列表里")
    for url in with_and_without_slash(URL):
        answer = api.client(cast.corp).get(url).json()
        row = answer.pop("list")[0]
        assert answer == {"total": 1, "totalExact": True, "page": 1, "size": 20}
        assert row.pop("createTime").endswith("Z")
        assert row.pop("updateTime").endswith("Z")
        assert row == {
            "id": chat.pk,
            "corpId": cast.corp.pk,
            "chatId": chat.chat_id,
            "name": "华北客户群",
            "ownerId": cast.owner.pk,
            "ownerName": "王小明",
            "status": 0,
            "openedAt": "2026-11-02T01:00:00Z",
            "dismissedAt": None,
            "memberCount": 2,
            "customerCount": 1,
            "version": 2,
            "tags": [],
            "joinedToday": 0,
            "leftToday": 0,
        }


def test_one_group_tells_notice_and_administrators_too(cast: Cast) -> None:
    chat = make.chat(cast.corp, cast.owner, notice="周五发货", admins=("lina",), member_version="v1")
    client = api.client(cast.corp)
    for url in with_and_without_slash(f"{URL}/{chat.pk}"):
        row = client.get(url).json()
        assert (row["notice"], row["admins"], row["memberVersion"]) == ("周五发货", ["lina"], "v1")
        assert set(row) - set(client.get(URL).json()["list"][0]) == {"notice", "admins", "memberVersion"}


@pytest.mark.parametrize("name", HARD_NAMES)
def test_names_arrive_as_they_are(cast: Cast, name: str) -> None:
    make.chat(cast.corp, cast.owner, name=name)
    assert api.client(cast.corp).get(URL).json()["list"][0]["name"] == name


def test_the_newest_group_comes_first_and_the_dismissed_only_when_asked_for(cast: Cast, story: Story) -> None:
    story.read()
    story.dismissed()
    new, old = (make.chat(cast.corp, cast.owner, opened_at=at(n)) for n in (9, 3))
    client = api.client(cast.corp)
    assert listed(client) == [new.pk, old.pk]
    assert listed(client, "status=9") == [story.chat.pk]
    assert client.get(f"{URL}/{story.chat.pk}").json()["dismissedAt"] == "2026-11-02T02:00:00Z"


def test_filters_narrow_and_combine(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    a = make.chat(cast.corp, cast.owner, customer, name="华北 VIP 群", opened_at=at(1))
    b = make.chat(cast.corp, cast.owner, name="华南群", opened_at=at(2), status=1)
    c = make.chat(cast.corp, cast.colleague, customer, name="vip 50%", opened_at=at(3))
    client = api.client(cast.corp)
    assert listed(client, "keyword=vip") == [c.pk, a.pk]
    assert listed(client, "keyword=南") == [b.pk]
    assert listed(client, "keyword=0%25") == [c.pk]
    assert listed(client, "keyword=_") == []
    assert listed(client, f"ownerId={cast.owner.pk}") == [b.pk, a.pk]
    assert listed(client, f"ownerId={cast.owner.pk}&keyword=vip") == [a.pk]
    assert listed(client, "status=1") == [b.pk]
    assert listed(client, "status=0") == [c.pk, a.pk]
    assert listed(client, f"customerId={customer.pk}") == [c.pk, a.pk]
    assert listed(client, "openedFrom=2026-11-02T01:02:00Z") == [c.pk, b.pk]
    assert listed(client, "openedFrom=2026-11-02T01:01:00Z&openedTo=2026-11-02T01:03:00Z") == [b.pk, a.pk]
    # 09:02 in Shanghai.
    assert listed(client, "openedTo=2026-11-02T09:02:00+08:00") == [a.pk]


def test_a_customer_who_left_is_in_the_group_no_more(cast: Cast, story: Story) -> None:
    customer = make.customer(cast.corp, cast.owner, external_userid="wmA")
    story.read(one("wmA"))
    client = api.client(cast.corp)
    assert listed(client, f"customerId={customer.pk}") == [story.chat.pk]
    story.told("wmA", minute=3)
    assert listed(client, f"customerId={customer.pk}") == []


@pytest.mark.parametrize(
    "query",
    [
        *BAD_PAGES,
        "status=4",
        "status=x",
        "ownerId=0",
        "ownerId=x",
        "customerId=-1",
        "customerId=99999999999999999999",
        "openedFrom=yesterday",
        "openedTo=0001-01-01T00:00:00%2B14:00",
        f"keyword={'x' * 51}",
        "keyword=%00",
        "colour=red",
        "cursor=nonsense",
        "cursor=MjAyNnwx",
        "cursor=fC0x",
        "cursor=%E2%82%AC",
    ],
)
def test_what_means_nothing_is_refused(cast: Cast, query: str) -> None:
    answer = api.client(cast.corp).get(f"{URL}?{query}")
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] in {"invalid_parameter", "unknown_parameter", "invalid_cursor", "invalid"}


def test_a_page_that_is_too_deep_is_refused(cast: Cast) -> None:
    refused(api.client(cast.corp).get(f"{URL}?page=10001&size=100"), 400, "page_too_deep")


def test_a_cursor_reads_every_group_once_while_others_begin(cast: Cast) -> None:
    chats = [make.chat(cast.corp, cast.owner, opened_at=at(n // 2)) for n in range(7)]
    client, cursor, found = api.client(cast.corp), "", []
    while cursor is not None:
        answer = client.get(f"{URL}?size=2&cursor={cursor}").json()
        assert set(answer) == {"list", "size", "nextCursor"}
        found += [row["id"] for row in answer["list"]]
        make.chat(cast.corp, cast.owner, opened_at=at(100))
        cursor = answer["nextCursor"]
    assert found == [chat.pk for chat in sorted(chats, key=lambda c: (c.opened_at, c.pk), reverse=True)]


def test_pages_and_cursor_agree(cast: Cast) -> None:
    for n in range(5):
        make.chat(cast.corp, cast.owner, opened_at=at(n % 2))
    client = api.client(cast.corp)
    assert listed(client, "page=1&size=3") + listed(client, "page=2&size=3") == listed(client, "cursor=&size=10")
    assert listed(client, "page=9") == []


# --- Members ---


def test_who_is_in_it_is_listed_in_the_order_of_joining(cast: Cast, story: Story) -> None:
    customer = make.customer(cast.corp, cast.owner, external_userid="wmA")
    story.read(one("wmB", 3), one("wmA", 2, name="大海", state="s", join_scene=3), make.chat_member(cast.owner, at(1)))
    answer = api.client(cast.corp).get(f"{URL}/{story.chat.pk}/members").json()
    rows = answer.pop("list")
    assert answer == {"total": 3, "totalExact": True, "page": 1, "size": 20}
    assert [row["userid"] for row in rows] == [cast.owner.userid, "wmA", "wmB"]
    assert [(row["employeeId"], row["customerId"]) for row in rows] == [
        (cast.owner.pk, None),
        (None, customer.pk),
        (None, None),
    ]
    assert rows[1] | {"id": 0} == {
        "id": 0,
        "userid": "wmA",
        "type": 2,
        "employeeId": None,
        "customerId": customer.pk,
        "name": "大海",
        "groupNickname": "",
        "unionid": None,
        "joinTime": "2026-11-02T01:02:00Z",
        "joinScene": 3,
        "inviterUserid": "",
        "inviterName": None,
        "state": "s",
        "leftAt": None,
        "quitScene": None,
    }


def test_stays_that_are_over_are_there_for_who_asks(cast: Cast, story: Story) -> None:
    story.read(one("wmA", 1), one("wmB", 2), make.chat_member(cast.owner, at(0)))
    story.told("wmA", minute=5, scene=1)
    story.read(one("wmA", 9), one("wmB", 2), make.chat_member(cast.owner, at(0)))
    client, url = api.client(cast.corp), f"{URL}/{story.chat.pk}/members"

    def shown(query: str) -> list[tuple[str, Any]]:
        return [(row["userid"], row["quitScene"]) for row in client.get(f"{url}?{query}").json()["list"]]

    owner = cast.owner.userid
    assert shown("") == shown("stays=current") == [(owner, None), ("wmB", None), ("wmA", None)]
    assert shown("stays=past") == [("wmA", 1)]
    assert shown("stays=all") == [(owner, None), ("wmA", 1), ("wmB", None), ("wmA", None)]
    assert shown("stays=all&type=1") == [(owner, None)]
    assert shown("size=1&page=2") == [("wmB", None)]
    for query in ("stays=none", "type=3", "keyword=x", *BAD_PAGES):
        assert client.get(f"{url}?{query}").status_code == 400, query


# --- What it costs ---


def statements(client: Any, url: str) -> list[str]:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in seen.captured_queries]


@pytest.mark.parametrize("query", ["", "?keyword=群", "?cursor="])
def test_the_list_costs_the_same_however_full_it_is(cast: Cast, query: str) -> None:
    client = api.client(cast.corp)
    make.chat(cast.corp, cast.owner, "wmA")
    few = statements(client, URL + query)
    for n in range(15):
        make.chat(cast.corp, make.employee(cast.corp), "wmA", f"wm{n}")
    # The page, the company's zone, tags, who joined today, who left.
    assert len(statements(client, URL + query)) == len(few) <= 6
    full = statements(client, f"{URL}?size=5")
    assert len(full) <= 7
    # Today's figures are counted within the page's chats alone.
    assert all("LIMIT" in sql for sql in full if "COUNT(" in sql and "GROUP BY" not in sql)


def test_a_group_and_its_members_cost_the_same_however_many(cast: Cast) -> None:
    client = api.client(cast.corp)
    chat = make.chat(cast.corp, cast.owner, "wmA")
    few = [len(statements(client, f"{URL}/{chat.pk}{rest}")) for rest in ("", "/members")]
    facts = [make.chat_member(f"wm{n}", START + dt.timedelta(seconds=n)) for n in range(300)]
    story = Story(cast)
    story.chat_id = chat.chat_id
    story.read(*facts)
    assert chat.members.filter(left_at=None).count() == 300
    many = [len(statements(client, f"{URL}/{chat.pk}{rest}")) for rest in ("", "/members")]
    assert (few, many) == ([5, 2], [5, 3])


def test_a_refused_caller_learns_nothing(cast: Cast) -> None:
    chat = make.chat(cast.corp, cast.owner, "wmA")
    stranger = api.client(cast.other_corp)
    for url in (f"{URL}/{chat.pk}", f"{URL}/{chat.pk}/members", f"{URL}/999999", f"{URL}/{'9' * 19}/members"):
        refused(stranger.get(url), 404, "not_found")
    assert listed(stranger) == listed(stranger, f"ownerId={cast.owner.pk}") == []
