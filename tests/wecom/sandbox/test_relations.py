"""Friendships: how they begin, change and end, what events tell and what reading shows."""

from typing import Any

import pytest

from tests.wecom.sandbox.conftest import DAY, MORNING, Api, told
from wecom.sandbox.company import Company
from wecom.sandbox.state import Impossible


def get(api: Api, external: str) -> dict[str, Any]:
    """The one follower's part of externalcontact/get."""
    (row,) = api.get("externalcontact/get", external_userid=external)["follow_user"]
    assert isinstance(row, dict)
    return row


def test_an_adding_is_announced_with_its_state_and_a_code(company: Company) -> None:
    external = company.befriend("lina", name="海洋", state="expo")
    (event,) = company.take_events()
    assert list(event) == [
        *("ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "ChangeType"),
        *("UserID", "ExternalUserID", "State", "WelcomeCode"),
    ]
    assert (event["ToUserName"], event["FromUserName"], event["CreateTime"]) == (company.corpid, "sys", MORNING)
    assert (event["Event"], event["ChangeType"]) == ("change_external_contact", "add_external_contact")
    assert (event["UserID"], event["ExternalUserID"], event["State"]) == ("lina", external, "expo")


def test_an_adding_without_a_state_has_no_state(company: Company) -> None:
    company.befriend("lina")
    assert "State" not in company.take_events()[0]


def test_a_new_customer_is_read_as_documented(company: Company, api: Api) -> None:
    external = company.befriend("lina", name="海洋", state="expo", gender=2)
    answer = api.get("externalcontact/get", external_userid=external)
    person = answer["external_contact"]
    assert set(person) == {"external_userid", "name", "avatar", "type", "gender", "unionid"}
    assert (person["external_userid"], person["name"], person["type"], person["gender"]) == (external, "海洋", 1, 2)
    (follow,) = answer["follow_user"]
    assert follow == {
        "userid": "lina",
        "remark": "",
        "description": "",
        "createtime": MORNING,
        "tags": [],
        "remark_mobiles": [],
        "oper_userid": external,
        "add_way": 1,
        "state": "expo",
    }
    assert "next_cursor" not in answer


def test_ids_look_like_wecoms_and_differ_by_case(company: Company) -> None:
    externals = [company.befriend("lina") for _ in range(50)]
    assert all(one.startswith("wm") and len(one) == 32 for one in externals)
    assert any(one != one.lower() for one in externals)
    assert len(set(externals)) == 50


def test_fields_that_do_not_apply_are_absent(company: Company, api: Api) -> None:
    colleague = company.befriend("lina", type=2, corp_name="甲公司", avatar="")
    person = api.get("externalcontact/get", external_userid=colleague)["external_contact"]
    assert set(person) == {"external_userid", "name", "type", "gender", "corp_name"}
    assert {"state", "remark_corp_name", "wechat_channels"}.isdisjoint(get(api, colleague))


def test_without_a_bound_account_there_is_no_unionid(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    company.switches.unionid = False
    assert "unionid" not in api.get("externalcontact/get", external_userid=external)["external_contact"]


@pytest.mark.parametrize(("way", "by_customer"), [(1, True), (16, True), (2, False), (202, False)])
def test_who_began_it_follows_from_the_way(company: Company, api: Api, way: int, by_customer: bool) -> None:
    external = company.befriend("lina", add_way=way)
    assert get(api, external)["oper_userid"] == (external if by_customer else "lina")


def test_friends_are_not_added_twice(company: Company) -> None:
    external = company.befriend("lina")
    company.take_events()
    with pytest.raises(Impossible):
        company.befriend("lina", external)
    assert told(company) == []


def test_a_customer_has_followers_of_their_own_notes(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    company.advance(5)
    company.befriend("bob", external, add_way=201, oper="lina")
    company.edit_follow("bob", external, remark="老客户")
    rows = api.get("externalcontact/get", external_userid=external)["follow_user"]
    assert [(r["userid"], r["remark"], r["createtime"], r["oper_userid"]) for r in rows] == [
        ("lina", "", MORNING, external),
        ("bob", "老客户", MORNING + 5, "lina"),
    ]


def test_what_the_employee_deletes_is_no_longer_readable(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    company.take_events()
    company.advance(1)
    company.delete_by_employee("lina", external)
    assert told(company) == [("del_external_contact", "lina", external)]
    assert api.get("externalcontact/get", external_userid=external)["errcode"] == 84061
    assert api.get("externalcontact/list", userid="lina")["external_userid"] == []
    marked = api.post("externalcontact/remark", userid="lina", external_userid=external, remark="x")
    assert marked["errcode"] == 84061
    follows = company.truth()["follows"]
    assert follows["lina", external] == {"status": "ended", "episodes": [(MORNING, MORNING + 1, "employee")]}


def test_after_the_customer_deletes_everything_reads_as_before(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    before = api.get("externalcontact/get", external_userid=external)
    company.take_events()
    company.advance(1)
    company.delete_by_customer("lina", external)
    assert told(company) == [("del_follow_user", "lina", external)]
    assert api.get("externalcontact/get", external_userid=external) == before
    assert api.get("externalcontact/list", userid="lina")["external_userid"] == [external]
    assert len(api.post("externalcontact/batch/get_by_user", userid_list=["lina"])["external_contact_list"]) == 1
    assert api.post("externalcontact/remark", userid="lina", external_userid=external, remark="x")["errcode"] == 0
    assert company.truth()["follows"]["lina", external]["status"] == "customer_gone"


def test_a_customer_leaves_only_once(company: Company) -> None:
    external = company.befriend("lina")
    company.delete_by_customer("lina", external)
    company.take_events()
    with pytest.raises(Impossible):
        company.delete_by_customer("lina", external)
    assert told(company) == []


def test_one_who_comes_back_has_a_later_createtime_and_the_old_notes(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    company.edit_follow("lina", external, remark="老板")
    company.advance(10)
    company.delete_by_customer("lina", external)
    company.advance(10)
    company.take_events()
    company.befriend("lina", external, state="again")
    assert told(company) == [("add_external_contact", "lina", external, "again")]
    row = get(api, external)
    assert (row["createtime"], row["remark"], row["state"]) == (MORNING + 20, "老板", "again")
    truth = company.truth()["follows"]["lina", external]
    assert truth["episodes"] == [(MORNING, MORNING + 10, "customer"), (MORNING + 20, None, None)]
    assert truth["status"] == "active"


def test_one_added_again_after_a_deletion_starts_without_notes(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    company.edit_follow("lina", external, remark="老板")
    company.delete_by_employee("lina", external)
    company.advance(1)
    company.befriend("lina", external)
    assert get(api, external)["remark"] == ""


def test_a_quiet_adding_is_readable_and_not_announced(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    company.delete_by_employee("lina", external)
    company.take_events()
    company.advance(1)
    company.befriend("lina", external, quiet=True)
    assert told(company) == []
    assert get(api, external)["createtime"] == MORNING + 1


def test_both_deleting_counts_as_the_customers_doing(company: Company) -> None:
    external = company.befriend("lina")
    company.advance(1)
    company.delete_by_customer("lina", external)
    company.advance(1)
    company.delete_by_employee("lina", external)
    truth = company.truth()["follows"]["lina", external]
    assert truth == {"status": "ended", "episodes": [(MORNING, MORNING + 1, "customer")]}


def test_a_half_adding_is_no_relation_until_it_is_confirmed(company: Company, api: Api) -> None:
    external = company.half_add("lina", state="door")
    assert told(company) == [("add_half_external_contact", "lina", external, "door")]
    assert api.get("externalcontact/get", external_userid=external)["errcode"] == 84061
    assert api.get("externalcontact/list", userid="lina")["external_userid"] == []
    assert (
        api.post("externalcontact/mark_tag", userid="lina", external_userid=external, add_tag=["x"])["errcode"] == 84061
    )
    assert company.truth()["follows"] == {}
    company.advance(30)
    company.befriend("lina", external)
    assert told(company) == [("add_external_contact", "lina", external, "door")]
    assert get(api, external)["createtime"] == MORNING + 30


def test_nobody_is_half_added_twice(company: Company) -> None:
    half, whole = company.half_add("lina"), company.befriend("lina")
    company.take_events()
    for external in (half, whole):
        with pytest.raises(Impossible):
            company.half_add("lina", external)
    assert told(company) == []


def test_an_unknown_person_of_ones_own_name_can_be_made(company: Company, api: Api) -> None:
    assert company.befriend("lina", "wmMine", name="我") == "wmMine"
    assert api.get("externalcontact/get", external_userid="wmMine")["external_contact"]["name"] == "我"


def test_notes_are_kept_and_announced(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    company.take_events()
    company.edit_follow("lina", external, remark="海总", description="问过报价", corp_name="海公司")
    assert told(company) == [("edit_external_contact", "lina", external)]
    row = get(api, external)
    assert (row["remark"], row["description"], row["remark_corp_name"]) == ("海总", "问过报价", "海公司")


def test_mobiles_alone_are_not_announced(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    company.take_events()
    company.edit_follow("lina", external, mobiles=["19900000001", ""])
    assert told(company) == []
    assert get(api, external)["remark_mobiles"] == ["19900000001"]


def test_the_same_notes_again_are_not_announced(company: Company) -> None:
    external = company.befriend("lina")
    company.edit_follow("lina", external, remark="海总")
    company.take_events()
    company.edit_follow("lina", external, remark="海总", description="")
    assert told(company) == []


def test_a_customer_who_changes_a_name_is_read_and_not_announced(company: Company, api: Api) -> None:
    external = company.befriend("lina", name="旧")
    company.take_events()
    company.change_person(external, name="新")
    assert told(company) == []
    assert api.get("externalcontact/get", external_userid=external)["external_contact"]["name"] == "新"


def test_personal_tags_are_in_get_and_nowhere_else(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    company.take_events()
    company.put_personal_tag("lina", external, "网球")
    company.put_personal_tag("lina", external, "网球")
    assert told(company) == [("edit_external_contact", "lina", external)]
    assert get(api, external)["tags"] == [{"group_name": "个人标签", "tag_name": "网球", "type": 2}]
    entry = api.post("externalcontact/batch/get_by_user", userid_list=["lina"])["external_contact_list"][0]
    assert entry["follow_info"]["tag_id"] == []


def test_a_batch_entry_is_one_pair_with_tags_by_id(company: Company, api: Api) -> None:
    group = company.add_tag_group("等级", ["甲", "乙"])
    tag = company.tags_of(group.id)[0].id
    external = company.befriend("lina", name="海洋")
    company.befriend("bob", external)
    company.tag_follow("lina", external, [tag])
    rows = api.post("externalcontact/batch/get_by_user", userid_list=["lina", "bob"])["external_contact_list"]
    assert [row["external_contact"]["external_userid"] for row in rows] == [external, external]
    assert [(row["follow_info"]["userid"], row["follow_info"]["tag_id"]) for row in rows] == [
        ("lina", [tag]),
        ("bob", []),
    ]
    assert "tags" not in rows[0]["follow_info"]


@pytest.mark.parametrize(
    ("userids", "code"),
    [([], 40031), (["lina"] * 101, 40032), (["lina", "nobody"], 40003)],
)
def test_a_batch_refuses_wrong_lists_of_people(api: Api, userids: list[str], code: int) -> None:
    answer = api.post("externalcontact/batch/get_by_user", userid_list=userids)
    assert (answer["errcode"], answer["external_contact_list"]) == (code, [])


def test_get_hides_followers_out_of_range(company: Company, api: Api) -> None:
    company.hire("outside", "外", [1])
    both, hidden = company.befriend("lina"), company.befriend("outside")
    company.befriend("outside", both)
    company.apps[1000002].sees = [2]
    assert get(api, both)["userid"] == "lina"
    assert api.get("externalcontact/get", external_userid=hidden)["errcode"] == 84061


def test_an_employee_without_customers_has_an_empty_list_or_84061(company: Company, api: Api) -> None:
    assert api.get("externalcontact/list", userid="bob") == {"errcode": 0, "errmsg": "ok", "external_userid": []}
    company.switches.empty_list_is_error = True
    assert api.get("externalcontact/list", userid="bob")["errcode"] == 84061


def test_remark_writes_what_is_given_and_announces_nothing(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    company.edit_follow("lina", external, description="旧", mobiles=["19900000001", "19900000002"])
    company.take_events()
    answer = api.post(
        "externalcontact/remark", userid="lina", external_userid=external, remark="海总", remark_mobiles=["19900000003"]
    )
    assert answer == {"errcode": 0, "errmsg": "ok"}
    row = get(api, external)
    assert (row["remark"], row["description"], row["remark_mobiles"]) == ("海总", "旧", ["19900000003"])
    assert told(company) == []


def test_remark_clears_mobiles_by_one_empty_text(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    company.edit_follow("lina", external, mobiles=["19900000001"])
    api.post("externalcontact/remark", userid="lina", external_userid=external, remark_mobiles=[""])
    assert get(api, external)["remark_mobiles"] == []


def test_the_company_is_noted_of_wechat_users_only(company: Company, api: Api) -> None:
    wechat, wecom = company.befriend("lina"), company.befriend("lina", type=2)
    for external in (wechat, wecom):
        body = {"userid": "lina", "external_userid": external, "remark_company": "海公司"}
        assert api.post("externalcontact/remark", **body)["errcode"] == 0
    assert get(api, wechat)["remark_corp_name"] == "海公司"
    assert "remark_corp_name" not in get(api, wecom)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 40063),
        ({"remark": "字" * 21}, 40058),
        ({"description": "字" * 151}, 40058),
        ({"remark_company": "字" * 21}, 40058),
        ({"userid": "", "remark": "x"}, 41009),
        ({"external_userid": "", "remark": "x"}, 41035),
        ({"external_userid": "wm-unknown", "remark": "x"}, 40096),
        ({"userid": "nobody", "remark": "x"}, 40003),
        ({"userid": "bob", "remark": "x"}, 84061),
    ],
)
def test_remark_refuses_and_changes_nothing(company: Company, api: Api, fields: dict[str, str], code: int) -> None:
    external = company.befriend("lina")
    before = company.truth()["follows"]
    answer = api.post("externalcontact/remark", **({"userid": "lina", "external_userid": external} | fields))
    assert answer["errcode"] == code
    assert company.truth()["follows"] == before


def test_acts_of_the_api_are_announced_where_switched_on(company: Company, api: Api) -> None:
    external = company.befriend("lina")
    company.switches.api_events = True
    company.take_events()
    api.post("externalcontact/remark", userid="lina", external_userid=external, remark="海总")
    assert told(company) == [("edit_external_contact", "lina", external)]


def test_two_acts_of_one_second_are_two_events_of_one_second(company: Company) -> None:
    first, second = company.befriend("lina"), company.befriend("lina")
    events = company.take_events()
    assert [event["CreateTime"] for event in events] == [MORNING, MORNING]
    assert [event["ExternalUserID"] for event in events] == [first, second]


def test_events_are_taken_once(company: Company) -> None:
    company.befriend("lina")
    assert len(company.take_events()) == 1
    assert company.take_events() == []


def test_the_clock_never_goes_back(company: Company) -> None:
    with pytest.raises(ValueError, match="back"):
        company.advance(-1)
    assert company.advance(DAY) == MORNING + DAY
