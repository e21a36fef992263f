"""Each call: what is sent where, and what of the answer is returned."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.wecom.client.conftest import Imitation
from wecom.client import (
    contact_ways,
    customers,
    errors,
    groups,
    house,
    messages,
    statistics,
    tags,
    transfers,
    web,
)
from wecom.client.transport import Client


@dataclass(frozen=True)
class Case:
    """One call.

    Attributes:
        path: where it goes.
        call: makes it.
        sent: the parameters of a GET, or the body of a POST.
        told: WeCom's answer beside its errcode.
        found: what the function returns of it.
        post: which of both it is.
    """

    path: str
    call: Callable[[Client], Any]
    sent: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    found: Any = None
    post: bool = True


LEVEL = {"group_id": "etG1", "group_name": "Level", "tag": [{"id": "etT1", "name": "A"}]}
PAIR = {"external_contact": {"external_userid": "wm1"}, "follow_info": {"userid": "lina", "tag_id": ["etT1"]}}
STARTED = [{"external_userid": "wm1", "errcode": 0}, {"external_userid": "wm2", "errcode": 40128}]
BOTH = {"handover_userid": "lina", "takeover_userid": "wang"}
FAILED = [{"chat_id": "wr1", "errcode": 90500, "errmsg": "no"}]
RESULTS = [{"external_userid": "wm1", "status": 2, "takeover_time": 1720086400}]
DAY = 1_719_763_200

CASES = {
    "departments": Case(
        "department/list", house.departments, told={"department": [{"id": 1}]}, found=[{"id": 1}], post=False
    ),
    "members": Case(
        "user/list",
        lambda c: house.department_members(c, 7),
        {"department_id": "7"},
        {"userlist": [{"userid": "lina"}]},
        [{"userid": "lina"}],
        post=False,
    ),
    "member": Case(
        "user/get",
        lambda c: house.user(c, "lina"),
        {"userid": "lina"},
        {"userid": "lina", "status": 1},
        {"userid": "lina", "status": 1},
        post=False,
    ),
    "member by code": Case(
        "auth/getuserinfo",
        lambda c: web.member_of(c, "CODE"),
        {"code": "CODE"},
        {"userid": "lina", "user_ticket": "T"},
        "lina",
        post=False,
    ),
    "somebody of no company": Case(
        "auth/getuserinfo", lambda c: web.member_of(c, "CODE"), {"code": "CODE"}, {"openid": "oX"}, "", post=False
    ),
    "ticket of the company": Case(
        "get_jsapi_ticket", web.corp_ticket, told={"ticket": "T", "expires_in": 7200}, found=("T", 7200), post=False
    ),
    "ticket of the app": Case(
        "ticket/get",
        web.app_ticket,
        {"type": "agent_config"},
        {"ticket": "T", "expires_in": 7200},
        ("T", 7200),
        post=False,
    ),
    "follow users": Case(
        "externalcontact/get_follow_user_list",
        house.follow_users,
        told={"follow_user": ["lina"]},
        found=["lina"],
        post=False,
    ),
    "member ids": Case(
        "user/list_id",
        lambda c: house.member_ids(c, "c1", 2),
        {"cursor": "c1", "limit": 2},
        {"dept_user": [{"userid": "lina", "department": 1}], "next_cursor": "c2"},
        ([{"userid": "lina", "department": 1}], "c2"),
    ),
    "customer ids": Case(
        "externalcontact/list",
        lambda c: customers.customer_ids(c, "lina"),
        {"userid": "lina"},
        {"external_userid": ["wm1"]},
        ["wm1"],
        post=False,
    ),
    "customers of members": Case(
        "externalcontact/batch/get_by_user",
        lambda c: customers.customers_of(c, ["lina", "wang"]),
        {"userid_list": ["lina", "wang"], "cursor": "", "limit": 100},
        {"external_contact_list": [PAIR], "next_cursor": "b2"},
        ([PAIR], "b2"),
    ),
    "remark": Case(
        "externalcontact/remark",
        lambda c: customers.remark(c, "lina", "wm1", remark="", description=None, remark_mobiles=[""]),
        {"userid": "lina", "external_userid": "wm1", "remark": "", "remark_mobiles": [""]},
    ),
    "all tags": Case(
        "externalcontact/get_corp_tag_list", tags.corp_tags, {}, told={"tag_group": [LEVEL]}, found=[LEVEL]
    ),
    "some tags": Case(
        "externalcontact/get_corp_tag_list",
        lambda c: tags.corp_tags(c, group_ids=["etG1"]),
        {"group_id": ["etG1"]},
        {"tag_group": [LEVEL]},
        [LEVEL],
    ),
    "new tags": Case(
        "externalcontact/add_corp_tag",
        lambda c: tags.add_corp_tags(c, group_name="Level", tags=[{"name": "A", "order": 2}]),
        {"group_name": "Level", "tag": [{"name": "A", "order": 2}]},
        {"tag_group": LEVEL},
        LEVEL,
    ),
    "edited tag": Case(
        "externalcontact/edit_corp_tag",
        lambda c: tags.edit_corp_tag(c, id="etT1", name="A+", order=0),
        {"id": "etT1", "name": "A+", "order": 0},
    ),
    "deleted tags": Case(
        "externalcontact/del_corp_tag",
        lambda c: tags.delete_corp_tags(c, tag_ids=["etT1"]),
        {"tag_id": ["etT1"]},
    ),
    "marked": Case(
        "externalcontact/mark_tag",
        lambda c: tags.mark_tags(c, userid="lina", external_userid="wm1", add=["etT1"], remove=["etT2"]),
        {"userid": "lina", "external_userid": "wm1", "add_tag": ["etT1"], "remove_tag": ["etT2"]},
    ),
    "group chats": Case(
        "externalcontact/groupchat/list",
        lambda c: groups.group_chats(c, owners=["lina"], status=1),
        {"status_filter": 1, "owner_filter": {"userid_list": ["lina"]}, "cursor": "", "limit": 1000},
        {"group_chat_list": [{"chat_id": "wr1", "status": 1}]},
        ([{"chat_id": "wr1", "status": 1}], ""),
    ),
    "all group chats": Case(
        "externalcontact/groupchat/list",
        groups.group_chats,
        {"status_filter": 0, "cursor": "", "limit": 1000},
        {},
        ([], ""),
    ),
    "group chat": Case(
        "externalcontact/groupchat/get",
        lambda c: groups.group_chat(c, "wr1"),
        {"chat_id": "wr1", "need_name": 1},
        {"group_chat": {"chat_id": "wr1", "member_list": []}},
        {"chat_id": "wr1", "member_list": []},
    ),
    "on-job handover": Case(
        "externalcontact/transfer_customer",
        lambda c: transfers.transfer_customers(
            c, handover="lina", takeover="wang", external_userids=["wm1", "wm2"], message="Hello"
        ),
        BOTH | {"external_userid": ["wm1", "wm2"], "transfer_success_msg": "Hello"},
        {"customer": STARTED},
        STARTED,
    ),
    "on-job results": Case(
        "externalcontact/transfer_result",
        lambda c: transfers.transfer_results(c, handover="lina", takeover="wang"),
        BOTH | {"cursor": ""},
        {"customer": RESULTS, "next_cursor": "n"},
        (RESULTS, "n"),
    ),
    "unassigned": Case(
        "externalcontact/get_unassigned_list",
        transfers.unassigned,
        {"cursor": "", "page_size": 1000},
        {"info": [{"handover_userid": "zhao"}], "is_last": False, "next_cursor": "n"},
        ([{"handover_userid": "zhao"}], "n"),
    ),
    "the last unassigned": Case(
        "externalcontact/get_unassigned_list",
        lambda c: transfers.unassigned(c, "n", 10),
        {"cursor": "n", "page_size": 10},
        {"info": [], "is_last": True, "next_cursor": "n"},
        ([], ""),
    ),
    "leaver's handover": Case(
        "externalcontact/resigned/transfer_customer",
        lambda c: transfers.transfer_resigned(c, handover="lina", takeover="wang", external_userids=["wm1"]),
        BOTH | {"external_userid": ["wm1"]},
        {"customer": STARTED},
        STARTED,
    ),
    "leaver's results": Case(
        "externalcontact/resigned/transfer_result",
        lambda c: transfers.resigned_results(c, handover="lina", takeover="wang", cursor="n"),
        BOTH | {"cursor": "n"},
        {"customer": RESULTS},
        (RESULTS, ""),
    ),
    "leaver's chats": Case(
        "externalcontact/groupchat/transfer",
        lambda c: transfers.transfer_groups(c, chat_ids=["wr1"], new_owner="wang"),
        {"chat_id_list": ["wr1"], "new_owner": "wang"},
        {"failed_chat_list": FAILED},
        FAILED,
    ),
    "on-job chats": Case(
        "externalcontact/groupchat/onjob_transfer",
        lambda c: transfers.transfer_groups_on_job(c, chat_ids=["wr1"], new_owner="wang"),
        {"chat_id_list": ["wr1"], "new_owner": "wang"},
        {},
        [],
    ),
    "contact figures": Case(
        "externalcontact/get_user_behavior_data",
        lambda c: statistics.contact_figures(c, start=DAY, end=DAY, userids=["lina"]),
        {"start_time": DAY, "end_time": DAY, "userid": ["lina"]},
        {"behavior_data": [{"stat_time": DAY, "chat_cnt": 0}]},
        [{"stat_time": DAY, "chat_cnt": 0}],
    ),
    "figures of owners": Case(
        "externalcontact/groupchat/statistic",
        lambda c: statistics.group_figures_by_owner(c, start=DAY, end=DAY, owners=["lina"], limit=1),
        {
            "day_begin_time": DAY,
            "day_end_time": DAY,
            "owner_filter": {"userid_list": ["lina"]},
            "offset": 0,
            "limit": 1,
        },
        {"items": [{"owner": "lina", "data": {}}], "total": 2, "next_offset": 1},
        ([{"owner": "lina", "data": {}}], 1),
    ),
    "the last figures of owners": Case(
        "externalcontact/groupchat/statistic",
        lambda c: statistics.group_figures_by_owner(c, start=DAY, end=DAY, offset=1),
        {"day_begin_time": DAY, "day_end_time": DAY, "offset": 1, "limit": 1000},
        {"items": [], "total": 2, "next_offset": 2},
        ([], None),
    ),
    "figures of days": Case(
        "externalcontact/groupchat/statistic_group_by_day",
        lambda c: statistics.group_figures_by_day(c, start=DAY, end=DAY),
        {"day_begin_time": DAY, "day_end_time": DAY},
        {"items": [{"stat_time": DAY, "data": {}}]},
        [{"stat_time": DAY, "data": {}}],
    ),
    "new contact code": Case(
        "externalcontact/add_contact_way",
        lambda c: contact_ways.add_contact_way(c, type=1, scene=2, user=["lina"], state="expo"),
        {"type": 1, "scene": 2, "user": ["lina"], "state": "expo"},
        {"config_id": "c0", "qr_code": "https://wework.qpic.cn/x"},
        {"config_id": "c0", "qr_code": "https://wework.qpic.cn/x"},
    ),
    "contact code": Case(
        "externalcontact/get_contact_way",
        lambda c: contact_ways.contact_way(c, "c0"),
        {"config_id": "c0"},
        {"contact_way": {"config_id": "c0"}},
        {"config_id": "c0"},
    ),
    "contact codes": Case(
        "externalcontact/list_contact_way",
        lambda c: contact_ways.config_ids(c, start=DAY),
        {"start_time": DAY, "cursor": "", "limit": 1000},
        {"contact_way": [{"config_id": "c0"}], "next_cursor": "n"},
        (["c0"], "n"),
    ),
    "changed contact code": Case(
        "externalcontact/update_contact_way",
        lambda c: contact_ways.update_contact_way(c, "c0", user=["wang"], party=[]),
        {"config_id": "c0", "user": ["wang"], "party": []},
    ),
    "ended contact code": Case(
        "externalcontact/del_contact_way", lambda c: contact_ways.delete_contact_way(c, "c0"), {"config_id": "c0"}
    ),
    "welcome": Case(
        "externalcontact/send_welcome_msg",
        lambda c: messages.send_welcome(c, welcome_code="W", text="hello"),
        {"welcome_code": "W", "text": {"content": "hello"}},
    ),
    "welcome with a picture": Case(
        "externalcontact/send_welcome_msg",
        lambda c: messages.send_welcome(c, welcome_code="W", attachments=[{"msgtype": "image"}]),
        {"welcome_code": "W", "attachments": [{"msgtype": "image"}]},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_call_sends_what_its_page_says_and_returns_what_it_was_told(
    client: Client, wecom: Imitation, name: str
) -> None:
    case = CASES[name]
    wecom.says(case.path, case.told)
    assert case.call(client) == case.found
    path, params, body = wecom.calls[-1]
    assert path == case.path
    assert (params, body) == (({}, case.sent) if case.post else (case.sent, None))


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if isinstance(case.found, (list, tuple))])
def test_a_list_that_is_no_list_is_no_answer(client: Client, wecom: Imitation, name: str) -> None:
    case = CASES[name]
    wecom.says(case.path, {key: {"not": "a list"} for key in case.told or {"failed_chat_list": 0}} or {})
    if case.told:
        with pytest.raises(errors.Unreachable):
            case.call(client)


@pytest.mark.parametrize("name", ["group chat", "new tags", "contact code"])
def test_an_object_that_is_missing_is_no_answer(client: Client, wecom: Imitation, name: str) -> None:
    wecom.says(CASES[name].path, {})
    with pytest.raises(errors.Unreachable) as error:
        CASES[name].call(client)
    assert error.value.hint == "UnexpectedShape"


def test_a_customers_followers_are_joined_over_all_pages(client: Client, wecom: Imitation) -> None:
    person = {"external_userid": "wm1", "name": "Ocean"}
    pages = [
        {"external_contact": person, "follow_user": [{"userid": "lina"}], "next_cursor": "f2"},
        {"external_contact": person, "follow_user": [{"userid": "wang"}], "next_cursor": ""},
    ]
    wecom.says("externalcontact/get", *pages)
    found = customers.customer(client, "wm1")
    assert found == {"external_contact": person, "follow_user": [{"userid": "lina"}, {"userid": "wang"}]}
    asked = [params for path, params, _body in wecom.calls if path == "externalcontact/get"]
    assert asked == [{"external_userid": "wm1"}, {"external_userid": "wm1", "cursor": "f2"}]


def test_a_page_that_fails_halfway_gives_no_half_a_customer(client: Client, wecom: Imitation) -> None:
    first = {"external_contact": {"external_userid": "wm1"}, "follow_user": [], "next_cursor": "f2"}
    wecom.says("externalcontact/get", first, httpx.ReadTimeout("30 s"))
    with pytest.raises(errors.Unreachable):
        customers.customer(client, "wm1")
