"""Group chats: acts, events and what the two calls show."""

from typing import Any

import pytest

from tests.wecom.sandbox.conftest import MORNING, Api, told
from wecom.sandbox.company import Company
from wecom.sandbox.state import Impossible

LIST, GET = "externalcontact/groupchat/list", "externalcontact/groupchat/get"


@pytest.fixture
def guest(company: Company) -> str:
    external = company.befriend("lina", name="海洋")
    company.take_events()
    return external


@pytest.fixture
def chat(company: Company, guest: str) -> str:
    """lina's chat with one guest and bob."""
    chat = company.open_chat("lina", [guest, "bob"], name="北方客户", notice="欢迎")
    company.take_events()
    return chat


def shown(api: Api, chat: str, **body: Any) -> dict[str, Any]:
    answer = api.post(GET, chat_id=chat, **body)
    assert answer["errcode"] == 0, answer
    found: dict[str, Any] = answer["group_chat"]
    return found


def listed(api: Api, **body: Any) -> list[tuple[str, int]]:
    rows = api.post(LIST, **{"limit": 1000, **body})["group_chat_list"]
    return [(row["chat_id"], row["status"]) for row in rows]


def test_a_new_chat_is_announced_and_listed(company: Company, api: Api, guest: str) -> None:
    chat = company.open_chat("lina", [guest])
    assert told(company) == [("create", chat)]
    assert listed(api) == [(chat, 0)]
    assert chat.startswith("wr")


def test_a_chat_is_read_as_documented(company: Company, api: Api, chat: str, guest: str) -> None:
    group = shown(api, chat, need_name=1)
    assert (group["chat_id"], group["name"], group["owner"], group["notice"]) == (chat, "北方客户", "lina", "欢迎")
    assert (group["create_time"], group["admin_list"]) == (MORNING, [])
    assert len(group["member_version"]) == 32
    assert group["member_list"][1] == {
        "userid": guest,
        "type": 2,
        "unionid": company.people[guest].unionid,
        "join_time": MORNING,
        "join_scene": 1,
        "group_nickname": "",
        "invitor": {"userid": "lina"},
        "name": "海洋",
    }
    assert [(member["userid"], member["type"]) for member in group["member_list"]] == [
        ("lina", 1),
        (guest, 2),
        ("bob", 1),
    ]


def test_names_come_only_where_asked_for(api: Api, chat: str) -> None:
    assert all("name" not in member for member in shown(api, chat)["member_list"])
    assert all("name" not in member for member in shown(api, chat, need_name=0)["member_list"])


def test_who_was_invited_by_an_outsider_has_no_invitor(company: Company, api: Api, chat: str, guest: str) -> None:
    company.join(chat, company.befriend("lina"), scene=2, invitor=guest, state="poster")
    member = shown(api, chat)["member_list"][-1]
    assert "invitor" not in member
    assert (member["join_scene"], member["state"]) == (2, "poster")


@pytest.mark.parametrize(("scene", "told_scene"), [(1, 0), (2, 0), (3, 3)])
def test_the_event_counts_scenes_in_its_own_way(company: Company, chat: str, scene: int, told_scene: int) -> None:
    external = company.befriend("lina")
    company.take_events()
    company.join(chat, external, scene=scene)
    (event,) = company.take_events()
    assert (event["UpdateDetail"], event["JoinScene"]) == ("add_member", told_scene)


def test_every_change_of_members_turns_the_version(company: Company, api: Api, chat: str, guest: str) -> None:
    first = shown(api, chat)["member_version"]
    newcomers = [company.befriend("lina"), company.befriend("lina")]
    company.take_events()
    company.join(chat, *newcomers)
    second = shown(api, chat)["member_version"]
    company.leave(chat, guest, scene=1)
    third = shown(api, chat)["member_version"]
    came, went = company.take_events()
    assert (came["LastMemVer"], came["CurMemVer"]) == (first, second)
    assert (went["LastMemVer"], went["CurMemVer"]) == (second, third)
    assert len({first, second, third}) == 3
    assert (came["MemChangeCnt"], came["MemChangeList"]) == (2, newcomers)
    assert (went["UpdateDetail"], went["QuitScene"], went["MemChangeList"]) == ("del_member", 1, [guest])


def test_names_and_notices_leave_the_version_alone(company: Company, api: Api, chat: str) -> None:
    before = shown(api, chat)["member_version"]
    company.rename_chat(chat, "南方客户")
    company.change_notice(chat, "周五直播")
    assert told(company) == [("update", chat, "change_name"), ("update", chat, "change_notice")]
    group = shown(api, chat)
    assert (group["name"], group["notice"], group["member_version"]) == ("南方客户", "周五直播", before)


def test_admins_are_shown_and_go_with_their_leaving(company: Company, api: Api, chat: str) -> None:
    company.set_admins(chat, ["bob", "stranger"])
    assert told(company) == []
    assert shown(api, chat)["admin_list"] == [{"userid": "bob"}]
    company.leave(chat, "bob")
    assert shown(api, chat)["admin_list"] == []


def test_nobody_is_twice_in_a_chat(company: Company, chat: str, guest: str) -> None:
    with pytest.raises(Impossible):
        company.join(chat, guest)
    assert told(company) == []


def test_strangers_to_the_company_are_in_no_chat(company: Company, chat: str) -> None:
    for act in (lambda: company.join(chat, "wm-nobody"), lambda: company.open_chat("lina", ["wm-nobody"])):
        with pytest.raises(Impossible):
            act()
    assert list(company.chats) == [chat]


def test_the_owner_does_not_leave(company: Company, chat: str) -> None:
    for who in ("lina", "wm-nobody"):
        with pytest.raises(Impossible):
            company.leave(chat, who)
    assert told(company) == []


def test_stays_keep_who_came_and_went(company: Company, chat: str, guest: str) -> None:
    company.advance(10)
    company.leave(chat, guest)
    company.advance(10)
    company.join(chat, guest)
    stays = company.truth()["chats"][chat]["stays"]
    assert [stay for stay in stays if stay[0] == guest] == [
        (guest, MORNING, MORNING + 10, 0),
        (guest, MORNING + 20, None, None),
    ]


def test_a_new_owner_is_announced_and_let_in(company: Company, api: Api, guest: str) -> None:
    chat = company.open_chat("lina", [guest])
    company.take_events()
    company.change_owner(chat, "bob")
    details = [event["UpdateDetail"] for event in company.take_events()]
    assert details == ["add_member", "change_owner"]
    assert shown(api, chat)["owner"] == "bob"
    with pytest.raises(Impossible):
        company.change_owner(chat, "bob")


def test_the_end_of_a_chat_says_nothing_of_its_members(company: Company, api: Api, chat: str) -> None:
    company.advance(10)
    company.dismiss(chat)
    assert told(company) == [("dismiss", chat)]
    assert api.post(GET, chat_id=chat)["errcode"] == 49008
    assert listed(api) == []
    truth = company.truth()["chats"][chat]
    assert (truth["dismissed_at"], truth["members"]) == (MORNING + 10, {})
    assert {(left, scene) for _who, _joined, left, scene in truth["stays"]} == {(MORNING + 10, None)}


def test_nothing_happens_in_a_chat_that_has_ended(company: Company, chat: str) -> None:
    company.dismiss(chat)
    company.take_events()
    for act in (company.dismiss, lambda one: company.rename_chat(one, "x"), lambda one: company.join(one, "bob")):
        with pytest.raises(Impossible):
            act(chat)
    assert told(company) == []


@pytest.mark.parametrize(("limit", "code"), [(None, 40058), (0, 40058), (1001, 40058), (1, 0), (1000, 0)])
def test_the_list_wants_a_limit(api: Api, chat: str, limit: int | None, code: int) -> None:
    assert api.post(LIST, **({} if limit is None else {"limit": limit}))["errcode"] == code


def test_the_list_comes_in_pages(company: Company, api: Api, guest: str) -> None:
    chats = [company.open_chat("lina", [guest]) for _ in range(7)]
    pages = api.pages(LIST, "group_chat_list", limit=3)
    assert [[row["chat_id"] for row in page] for page in pages] == [chats[:3], chats[3:6], chats[6:]]


def test_a_leavers_chats_show_only_to_who_names_the_leaver(company: Company, api: Api, chat: str, guest: str) -> None:
    other = company.open_chat("bob", [guest])
    company.fire("lina")
    assert listed(api) == [(other, 0)]
    assert listed(api, status_filter=1) == []
    assert listed(api, owner_filter={"userid_list": ["lina"]}) == [(chat, 1)]
    assert listed(api, owner_filter={"userid_list": ["lina", "bob"]}, status_filter=1) == [(chat, 1)]
    assert api.post(GET, chat_id=chat)["errcode"] == 0


def test_owners_are_filtered_by(company: Company, api: Api, chat: str) -> None:
    assert listed(api, owner_filter={"userid_list": ["bob"]}) == []
    assert listed(api, owner_filter={"userid_list": ["lina"]}) == [(chat, 0)]
    assert api.post(LIST, limit=9, owner_filter={"userid_list": ["nobody"]})["errcode"] == 40003
    assert api.post(LIST, limit=9, owner_filter={"userid_list": ["lina"] * 101})["errcode"] == 40032


def test_a_wide_range_wants_owners_named(company: Company, api: Api, chat: str) -> None:
    company.switches.wide = 1
    assert api.post(LIST, limit=9)["errcode"] == 81017
    assert listed(api, owner_filter={"userid_list": ["lina"]}) == [(chat, 0)]


def test_chats_of_owners_out_of_range_are_not_there(company: Company, api: Api, guest: str) -> None:
    company.hire("outside", "外", [1])
    chat = company.open_chat("outside", [guest])
    company.apps[1000002].sees = [2]
    assert listed(api) == []
    assert api.post(GET, chat_id=chat)["errcode"] == 60011


@pytest.mark.parametrize("chat_id", ["", "wr-unknown"])
def test_an_unknown_chat_is_refused(api: Api, chat_id: str) -> None:
    assert api.post(GET, chat_id=chat_id)["errcode"] == 40050


def test_a_chat_can_lag_behind_its_event(company: Company, api: Api, chat: str) -> None:
    company.switches.chat_lag_seconds = 5
    company.advance(10)
    before = shown(api, chat)
    newcomer = company.befriend("lina")
    company.join(chat, newcomer)
    assert shown(api, chat) == before
    company.advance(5)
    after = shown(api, chat)
    assert after["member_list"][-1]["userid"] == newcomer
    assert after["member_version"] != before["member_version"]
