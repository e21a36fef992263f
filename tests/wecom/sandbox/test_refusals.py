"""Every address and what it refuses, with the code that is documented for it (page 90313): nothing has changed then."""

import ast
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.wecom.sandbox.conftest import CONTACTS_SECRET, DAY, MORNING, Api
from tests.wecom.sandbox.furniture import BELOW_SECRET, Furnished, furnish
from wecom import sandbox
from wecom.sandbox import store
from wecom.sandbox.codes import TEXTS
from wecom.sandbox.company import Company
from wecom.sandbox.endpoints import ROUTES

LONG = {name: "字" * most for name, most in {"remark": 21, "description": 151, "remark_company": 21}.items()}
PAIR = {"userid": "lina", "external_userid": "wm1"}
HANDED = {"handover_userid": "lina", "takeover_userid": "bob"}
LEFT = {"handover_userid": "gone", "takeover_userid": "bob"}
YESTERDAY = {"day_begin_time": MORNING - DAY, "day_end_time": MORNING - DAY}
WAY = {"type": 2, "scene": 2, "user": ["lina"]}
MANY = [f"id{n}" for n in range(101)]
Params = dict[str, Any]

TABLE: dict[str, list[tuple[Params, int]]] = {
    "department/list": [({"id": 99}, 60123)],
    "department/simplelist": [({"id": 99}, 60123)],
    "department/get": [({"id": 99}, 60123), ({}, 60123)],
    "user/list": [({}, 40066), ({"department_id": 99}, 60003)],
    "user/simplelist": [({}, 40066), ({"department_id": 99}, 60003)],
    "user/get": [({}, 41009), ({"userid": "nobody"}, 60111), ({"userid": "gone"}, 60111), ({"userid": "LINA"}, 60111)],
    "user/list_id": [({"cursor": "x"}, 48002)],
    "externalcontact/list": [
        ({}, 41009),
        ({"userid": "nobody"}, 40003),
        ({"userid": "gone"}, 40003),
        ({"userid": "plain"}, 84074),
    ],
    "externalcontact/get": [
        ({}, 41035),
        ({"external_userid": "wmX"}, 40096),
        ({"external_userid": "WM1"}, 40096),
        ({"external_userid": "wm2"}, 84061),
        ({"external_userid": "wm3"}, 84061),
        ({"external_userid": "wm4"}, 84061),
        ({"external_userid": "wm1", "cursor": "x"}, 40058),
    ],
    "externalcontact/batch/get_by_user": [
        ({}, 40031),
        ({"userid_list": []}, 40031),
        ({"userid_list": "lina"}, 40031),
        ({"userid_list": MANY}, 40032),
        ({"userid_list": ["lina", "nobody"]}, 40003),
        ({"userid_list": ["gone"]}, 40003),
        ({"userid_list": ["lina"], "cursor": "x"}, 40058),
    ],
    "externalcontact/remark": [
        ({}, 41009),
        ({"userid": "lina"}, 41035),
        ({"userid": "nobody", "external_userid": "wm1", "remark": "x"}, 40003),
        ({"userid": "lina", "external_userid": "wmX", "remark": "x"}, 40096),
        ({"userid": "bob", "external_userid": "wm1", "remark": "x"}, 84061),
        ({"userid": "lina", "external_userid": "wm2", "remark": "x"}, 84061),
        (PAIR, 40063),
        *((PAIR | {name: text}, 40058) for name, text in LONG.items()),
        (PAIR | {"remark": "好", "description": LONG["description"]}, 40058),
    ],
    "externalcontact/add_corp_tag": [
        ({}, 41018),
        ({"tag": [{"name": ""}]}, 41018),
        ({"tag": [{"name": 7}]}, 41018),
        ({"tag": [{"name": "新"}]}, 40068),
        ({"tag": [{"name": "新"}], "group_id": "nobodys"}, 40068),
        ({"tag": [{"name": "字" * 31}], "group_id": "GROUP"}, 40072),
        ({"tag": [{"name": "新"}], "group_name": "字" * 31}, 40072),
        ({"tag": [{"name": "新"}, {"name": "甲"}], "group_id": "GROUP"}, 40071),
        ({"tag": [{"name": "甲"}], "group_name": "等级"}, 40071),
        ({"tag": [{"name": f"标签{n}"} for n in range(2998)], "group_id": "GROUP"}, 40126),
    ],
    "externalcontact/edit_corp_tag": [
        ({}, 40068),
        ({"id": "nobodys", "name": "新"}, 40068),
        ({"id": "TAG", "name": "乙"}, 40071),
        ({"id": "ALONE", "name": "等级"}, 40071),
        ({"id": "TAG", "name": "字" * 31}, 40072),
    ],
    "externalcontact/del_corp_tag": [
        ({}, 41017),
        ({"tag_id": ["nobodys"]}, 40068),
        ({"tag_id": ["TAG", "nobodys"]}, 40068),
        ({"group_id": ["GROUP", "nobodys"]}, 40068),
    ],
    "externalcontact/mark_tag": [
        ({}, 41009),
        ({"userid": "lina", "add_tag": ["TAG"]}, 41035),
        ({"userid": "bob", "external_userid": "wm1", "add_tag": ["TAG"]}, 84061),
        (PAIR, 40068),
        (PAIR | {"add_tag": ["TAG", "nobodys"]}, 40068),
        (PAIR | {"add_tag": ["GROUP"]}, 40068),
        (PAIR | {"remove_tag": ["nobodys"]}, 40068),
    ],
    "externalcontact/transfer_customer": [
        ({}, 41009),
        ({"handover_userid": "lina", "external_userid": ["wm1"]}, 41009),
        (HANDED | {"handover_userid": "gone", "external_userid": ["wm4"]}, 40003),
        (HANDED | {"takeover_userid": "nobody", "external_userid": ["wm1"]}, 40003),
        (HANDED | {"takeover_userid": "plain", "external_userid": ["wm1"]}, 84074),
        (HANDED, 41035),
        (HANDED | {"external_userid": MANY}, 40058),
    ],
    "externalcontact/resigned/transfer_customer": [
        ({}, 41009),
        (LEFT | {"handover_userid": "nobody", "external_userid": ["wm4"]}, 40003),
        (LEFT | {"handover_userid": "lina", "external_userid": ["wm1"]}, 40097),
        (LEFT | {"takeover_userid": "gone", "external_userid": ["wm4"]}, 40003),
        (LEFT, 41035),
        (LEFT | {"external_userid": MANY}, 40058),
    ],
    "externalcontact/transfer_result": [({}, 41009), ({"handover_userid": "lina"}, 41009)],
    "externalcontact/resigned/transfer_result": [({}, 41009), ({"handover_userid": "gone"}, 41009)],
    "externalcontact/get_unassigned_list": [({"cursor": "x"}, 40058)],
    "externalcontact/groupchat/transfer": [
        ({}, 40058),
        ({"chat_id_list": ["ORPHAN"]}, 41009),
        ({"chat_id_list": ["ORPHAN"], "new_owner": "gone"}, 40003),
        ({"chat_id_list": MANY, "new_owner": "bob"}, 40058),
    ],
    "externalcontact/groupchat/onjob_transfer": [
        ({}, 40058),
        ({"chat_id_list": ["CHAT"]}, 41009),
        ({"chat_id_list": ["CHAT"], "new_owner": "nobody"}, 40003),
        ({"chat_id_list": MANY, "new_owner": "bob"}, 40058),
    ],
    "externalcontact/groupchat/list": [
        ({}, 40058),
        ({"limit": 1001}, 40058),
        ({"limit": 10, "cursor": "x"}, 40058),
        ({"limit": 10, "owner_filter": {"userid_list": MANY}}, 40032),
        ({"limit": 10, "owner_filter": {"userid_list": "lina"}}, 40032),
        ({"limit": 10, "owner_filter": {"userid_list": ["lina", "nobody"]}}, 40003),
    ],
    "externalcontact/groupchat/get": [({}, 40050), ({"chat_id": "wrX"}, 40050), ({"chat_id": "OVER"}, 49008)],
    "externalcontact/get_user_behavior_data": [
        ({}, 40063),
        ({"userid": MANY}, 40032),
        ({"partyid": list(range(1, 102))}, 40032),
        ({"userid": ["nobody"]}, 40003),
        ({"userid": ["lina"]}, 600018),
        ({"userid": ["lina"], "start_time": MORNING, "end_time": MORNING - DAY}, 600018),
    ],
    "externalcontact/groupchat/statistic": [
        ({}, 600018),
        ({"day_begin_time": MORNING}, 600018),
        (YESTERDAY | {"limit": 1001}, 600041),
        (YESTERDAY | {"offset": -1}, 600041),
        (YESTERDAY | {"owner_filter": {"userid_list": ["nobody"]}}, 40003),
    ],
    "externalcontact/groupchat/statistic_group_by_day": [
        ({}, 600018),
        ({"day_begin_time": MORNING}, 600018),
        (YESTERDAY | {"owner_filter": {"userid_list": MANY}}, 40032),
    ],
    "externalcontact/add_contact_way": [
        ({}, 41037),
        ({"type": 2}, 41038),
        (WAY | {"type": 3}, 41039),
        (WAY | {"scene": 3}, 41040),
        (WAY | {"remark": "字" * 31}, 40058),
        (WAY | {"state": "s" * 31}, 40058),
        (WAY | {"type": 1, "user": ["lina", "bob"]}, 40058),
        (WAY | {"user": "lina"}, 40035),
        (WAY | {"party": ["2"]}, 40035),
        (WAY | {"user": MANY}, 41041),
        (WAY | {"user": ["nobody"]}, 40003),
        (WAY | {"user": ["plain"]}, 41054),
    ],
    "externalcontact/get_contact_way": [({}, 41043), ({"config_id": "nobodys"}, 41044)],
    "externalcontact/list_contact_way": [({"cursor": "x"}, 40058)],
    "externalcontact/update_contact_way": [
        ({}, 41043),
        ({"config_id": "nobodys"}, 41044),
        ({"config_id": "WAY", "remark": "字" * 31}, 40058),
        ({"config_id": "WAY", "user": ["plain"]}, 41054),
    ],
    "externalcontact/del_contact_way": [({}, 41043), ({"config_id": "nobodys"}, 41044)],
    "externalcontact/send_welcome_msg": [
        ({}, 41049),
        ({"welcome_code": "x"}, 40063),
        ({"welcome_code": "x", "text": {"content": "您好"}}, 41050),
        ({"welcome_code": "x", "text": {"content": "字" * 1334}}, 40058),
        ({"welcome_code": "x", "attachments": [{"msgtype": "image", "image": {}}] * 10}, 41064),
        ({"welcome_code": "x", "attachments": [{"msgtype": "voice", "voice": {}}]}, 41065),
        ({"welcome_code": "x", "attachments": [{"msgtype": "image"}]}, 41065),
    ],
    "auth/getuserinfo": [({}, 40029), ({"code": "none"}, 40029)],
    "ticket/get": [({}, 40058), ({"type": "jsapi"}, 40058)],
    "message/send": [
        ({}, 40058),
        ({"touser": "lina", "msgtype": "text", "agentid": 1000002}, 40058),
        ({"touser": "lina", "msgtype": "news", "agentid": 1000002, "text": {"content": "x"}}, 40058),
        ({"touser": "lina", "msgtype": "text", "agentid": 7, "text": {"content": "x"}}, 40056),
        ({"touser": "nobody", "msgtype": "text", "agentid": 1000002, "text": {"content": "x"}}, 81013),
    ],
}
# What these are asked for they give, whatever that is.
NEVER_REFUSE = {"get_jsapi_ticket", "getcallbackip", "get_api_domain_ip", "externalcontact/get_corp_tag_list"}
NEVER_REFUSE |= {"externalcontact/get_follow_user_list"}
CASES = [(address, params, code) for address, rows in TABLE.items() for params, code in rows]


@pytest.fixture
def here(company: Company) -> Furnished:
    return furnish(company)


def ask(api: Api, address: str, params: Params) -> dict[str, Any]:
    return (api.get if ROUTES[address].method == "GET" else api.post)(address, **params)


def whole(company: Company) -> bytes:
    return orjson.dumps(store.dump(company))


@pytest.mark.parametrize(("address", "params", "code"), CASES)
def test_it_is_refused_with_the_code_that_is_documented(
    here: Furnished, api: Api, address: str, params: Params, code: int
) -> None:
    before = whole(here.company)
    answer = ask(api, address, here.filled(params))
    assert answer["errcode"] == code, answer["errmsg"]
    assert answer["errmsg"].startswith(TEXTS[code])
    assert {name: answer[name] for name in ROUTES[address].empty} == ROUTES[address].empty
    assert whole(here.company) == before


def test_the_table_has_every_address() -> None:
    assert set(TABLE) == set(ROUTES) - NEVER_REFUSE
    assert set(ROUTES) > NEVER_REFUSE


@pytest.mark.parametrize("address", sorted(name for name, route in ROUTES.items() if route.right == "customers"))
def test_who_may_not_call_the_customer_api_is_told_before_anything_else(
    here: Furnished, api: Api, address: str
) -> None:
    api.token = api.login(CONTACTS_SECRET)
    answer = ask(api, address, {})
    assert answer["errcode"] == 48002
    assert {name: answer[name] for name in ROUTES[address].empty} == ROUTES[address].empty


@pytest.mark.parametrize("address", sorted(ROUTES))
def test_without_a_token_no_address_is_open(here: Furnished, api: Api, address: str) -> None:
    api.token = ""
    assert ask(api, address, {})["errcode"] == 41001


# A narrow app: lina, bob and what is theirs are there, and not for it.
HIDDEN: list[tuple[str, Params, int]] = [
    ("user/get", {"userid": "lina"}, 60011),
    ("externalcontact/list", {"userid": "lina"}, 60011),
    ("externalcontact/get", {"external_userid": "wm1"}, 84061),
    ("externalcontact/batch/get_by_user", {"userid_list": ["carl", "lina"]}, 60011),
    ("externalcontact/remark", PAIR | {"remark": "x"}, 60011),
    ("externalcontact/mark_tag", PAIR | {"add_tag": ["TAG"]}, 60011),
    ("externalcontact/transfer_customer", HANDED | {"external_userid": ["wm1"]}, 60011),
    ("externalcontact/resigned/transfer_customer", LEFT | {"external_userid": ["wm4"]}, 60011),
    ("externalcontact/groupchat/get", {"chat_id": "CHAT"}, 60011),
    ("externalcontact/groupchat/transfer", {"chat_id_list": ["ORPHAN"], "new_owner": "bob"}, 60011),
    ("externalcontact/groupchat/onjob_transfer", {"chat_id_list": ["CHAT"], "new_owner": "bob"}, 60011),
    ("externalcontact/get_user_behavior_data", {"userid": ["lina"]}, 60011),
    ("externalcontact/add_contact_way", WAY, 60011),
]


@pytest.mark.parametrize(("address", "params", "code"), HIDDEN)
def test_whoever_is_out_of_an_apps_range_is_not_for_it(
    here: Furnished, api: Api, address: str, params: Params, code: int
) -> None:
    assert ask(api, address, here.filled(params))["errcode"] != code
    api.token = api.login(BELOW_SECRET)
    before = whole(here.company)
    assert ask(api, address, here.filled(params))["errcode"] == code
    assert whole(here.company) == before


@pytest.mark.parametrize(
    ("address", "params", "name"),
    [
        ("department/list", {}, "department"),
        ("externalcontact/get_follow_user_list", {}, "follow_user"),
        ("externalcontact/get_unassigned_list", {}, "info"),
        ("externalcontact/groupchat/list", {"limit": 10}, "group_chat_list"),
        ("user/list", {"department_id": 2}, "userlist"),
    ],
)
def test_lists_of_a_narrow_app_lack_what_is_out_of_its_range(
    here: Furnished, api: Api, address: str, params: Params, name: str
) -> None:
    wide = ask(api, address, params)[name]
    api.token = api.login(BELOW_SECRET)
    narrow = ask(api, address, params)
    assert narrow["errcode"] == 0
    assert len(narrow[name]) < len(wide)


# Who takes a customer from whom, and the code beside that customer; the answer as a whole is a success.
EACH: list[tuple[str, Params, str, int]] = [
    ("externalcontact/transfer_customer", HANDED, "wm1", 0),
    ("externalcontact/transfer_customer", HANDED, "wmX", 40096),
    ("externalcontact/transfer_customer", HANDED, "wm2", 40131),
    ("externalcontact/transfer_customer", HANDED, "wm4", 40131),
    ("externalcontact/transfer_customer", HANDED | {"takeover_userid": "lina"}, "wm1", 40130),
    ("externalcontact/resigned/transfer_customer", LEFT, "wm4", 0),
    ("externalcontact/resigned/transfer_customer", LEFT, "wm1", 40131),
    ("externalcontact/resigned/transfer_customer", LEFT, "wmX", 40096),
]


@pytest.mark.parametrize(("address", "who", "external", "code"), EACH)
def test_a_customer_is_refused_alone(
    here: Furnished, api: Api, address: str, who: Params, external: str, code: int
) -> None:
    before = len(here.company.open_transfers)
    answer = api.post(address, **who, external_userid=[external])
    assert answer["errcode"] == 0
    assert answer["customer"] == [{"external_userid": external, "errcode": code}]
    assert len(here.company.open_transfers) - before == (code == 0)


@pytest.mark.parametrize(
    ("address", "chat", "owner", "code"),
    [
        ("externalcontact/groupchat/transfer", "ORPHAN", "bob", 0),
        ("externalcontact/groupchat/transfer", "CHAT", "bob", 90500),
        ("externalcontact/groupchat/transfer", "OVER", "bob", 49008),
        ("externalcontact/groupchat/transfer", "wrX", "bob", 90501),
        ("externalcontact/groupchat/onjob_transfer", "CHAT", "bob", 0),
        ("externalcontact/groupchat/onjob_transfer", "CHAT", "lina", 90504),
        ("externalcontact/groupchat/onjob_transfer", "ORPHAN", "bob", 90502),
        ("externalcontact/groupchat/onjob_transfer", "OVER", "bob", 49008),
        ("externalcontact/groupchat/onjob_transfer", "wrX", "bob", 90501),
    ],
)
def test_a_group_is_refused_alone(here: Furnished, api: Api, address: str, chat: str, owner: str, code: int) -> None:
    id = here.filled(chat)
    answer = api.post(address, chat_id_list=[id], new_owner=owner)
    failed = [{"chat_id": id, "errcode": code, "errmsg": TEXTS[code]}] if code else []
    assert (answer["errcode"], answer["failed_chat_list"]) == (0, failed)
    if id in here.company.chats:
        assert (here.company.chats[id].owner == owner) == (code in (0, 90504))


def test_a_group_given_on_by_its_leavers_heir_is_inherited_once(here: Furnished, api: Api) -> None:
    for code in (0, 90508):
        answer = api.post("externalcontact/groupchat/transfer", chat_id_list=[here.orphan], new_owner="bob")
        assert [row["errcode"] for row in answer["failed_chat_list"]] == ([code] if code else [])


def codes_in(call: ast.Call) -> set[int]:
    """The numbers that a call of ``Failure`` or a ``missing=`` names."""
    named = [word.value for word in call.keywords if word.arg in {"missing", "unknown", "hidden"}]
    failing = call.args[:1] if isinstance(call.func, ast.Name) and call.func.id == "Failure" else []
    found = (node.value for part in [*named, *failing] for node in ast.walk(part) if isinstance(node, ast.Constant))
    return {value for value in found if isinstance(value, int)}


def test_every_code_that_the_source_names_has_a_text() -> None:
    files = Path(sandbox.__file__).parent.rglob("*.py")
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    named = set[int]().union(*(codes_in(node) for node in nodes if isinstance(node, ast.Call)))
    assert len(named) > 40
    assert named <= set(TEXTS)
