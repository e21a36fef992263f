"""Departments and employees: what administrators do, what events tell, what the API shows."""

import pytest

from tests.wecom.sandbox.conftest import MORNING, Api, told
from wecom.sandbox.company import Company
from wecom.sandbox.state import Impossible


def test_a_department_is_announced_and_listed(company: Company, api: Api) -> None:
    id = company.add_department("华东", parentid=2, order=5)
    assert told(company) == [("create_party", str(id), "华东", "2", "5")]
    row = api.get("department/list", id=id)["department"]
    assert row == [{"id": id, "name": "华东", "name_en": "", "department_leader": [], "parentid": 2, "order": 5}]


def test_departments_are_listed_with_their_leaders_and_the_root_has_no_parent(api: Api) -> None:
    rows = api.get("department/list")["department"]
    assert [(row["id"], row["parentid"], row["department_leader"]) for row in rows] == [(1, 0, []), (2, 1, ["lina"])]


def test_a_department_is_listed_with_all_below_it(company: Company, api: Api) -> None:
    inner = company.add_department("一组", parentid=2)
    company.add_department("财务部")
    assert [row["id"] for row in api.get("department/list", id=2)["department"]] == [2, inner]
    assert [row["id"] for row in api.get("department/simplelist", id=2)["department_id"]] == [2, inner]
    assert api.get("department/get", id=inner)["department"]["name"] == "一组"


@pytest.mark.parametrize(
    ("address", "params", "code"),
    [
        ("department/list", {"id": 99}, 60123),
        ("department/get", {"id": 99}, 60123),
        ("user/list", {}, 40066),
        ("user/list", {"department_id": 99}, 60003),
        ("user/simplelist", {"department_id": 99}, 60003),
        ("user/get", {}, 41009),
        ("user/get", {"userid": "nobody"}, 60111),
    ],
)
def test_the_directory_refuses_what_is_not_there(api: Api, address: str, params: dict[str, int], code: int) -> None:
    assert api.get(address, **params)["errcode"] == code


def test_a_department_is_renamed_and_moved(company: Company) -> None:
    other = company.add_department("财务部")
    company.take_events()
    company.rename_department(other, "财务与法务")
    company.move_department(other, 2)
    assert told(company) == [("update_party", str(other), "财务与法务"), ("update_party", str(other), "2")]
    assert company.truth()["departments"][other] == {"name": "财务与法务", "parentid": 2, "order": 0}


def test_a_department_is_never_put_below_itself(company: Company) -> None:
    inner = company.add_department("一组", parentid=2)
    company.take_events()
    with pytest.raises(Impossible):
        company.move_department(2, inner)
    assert company.departments[2].parentid == 1
    assert told(company) == []


def test_only_an_empty_department_is_deleted(company: Company) -> None:
    empty = company.add_department("空")
    company.take_events()
    for full in (1, 2):
        with pytest.raises(Impossible):
            company.delete_department(full)
    company.delete_department(empty)
    assert told(company) == [("delete_party", str(empty))]
    assert set(company.departments) == {1, 2}


def test_an_employee_is_hired_and_shown(company: Company, api: Api) -> None:
    company.hire("zhao.liu", "赵六", [1, 2], leads=[2], position="销售", alias="小赵", gender="1")
    assert told(company) == [("create_user", "zhao.liu", "赵六", "1,2", "0,1", "1")]
    shown = api.get("user/get", userid="zhao.liu")
    assert (shown["department"], shown["is_leader_in_dept"], shown["order"]) == ([1, 2], [0, 1], [0, 0])
    assert (shown["name"], shown["position"], shown["alias"], shown["status"]) == ("赵六", "销售", "小赵", 1)


def test_a_new_app_gets_neither_mobile_nor_avatar_of_members(api: Api) -> None:
    shown = api.get("user/get", userid="lina")
    assert not {"mobile", "avatar", "email", "gender", "biz_mail", "qr_code"} & set(shown)


def test_members_are_listed_by_department_only(company: Company, api: Api) -> None:
    company.hire("root", "根", [1])
    assert [row["userid"] for row in api.get("user/list", department_id=1)["userlist"]] == ["root"]
    assert [row["userid"] for row in api.get("user/list", department_id=1, fetch_child=1)["userlist"]] == ["root"]
    rows = api.get("user/simplelist", department_id=2)["userlist"]
    assert rows[0] == {"userid": "lina", "name": "林娜", "department": [2]}


@pytest.mark.parametrize("userid", ["lina", "LINA"])
def test_a_userid_is_nobody_elses_whatever_its_case(company: Company, userid: str) -> None:
    with pytest.raises(Impossible):
        company.hire(userid, "另一个")
    assert told(company) == []


def test_nobody_is_hired_into_a_department_that_is_not_there(company: Company) -> None:
    with pytest.raises(Impossible):
        company.hire("new", "新人", [99])
    assert "new" not in company.employees


def test_an_employee_moves_and_leads_only_where_he_is(company: Company, api: Api) -> None:
    company.move_employee("lina", [1])
    assert told(company) == [("update_user", "lina", "1", "0")]
    assert api.get("department/list", id=2)["department"][0]["department_leader"] == []


def test_a_change_of_an_employee_tells_what_changed(company: Company, api: Api) -> None:
    company.change_employee("bob", name="王小博", status=2)
    assert told(company) == [("update_user", "bob", "王小博", "2")]
    assert api.get("user/get", userid="bob")["status"] == 2


def test_the_follow_users_are_those_with_customer_contact(company: Company, api: Api) -> None:
    company.hire("finance", "财务", contact=False)
    assert api.get("externalcontact/get_follow_user_list")["follow_user"] == ["lina", "bob"]
    assert api.get("externalcontact/list", userid="finance")["errcode"] == 84074


def test_a_new_userid_takes_everything_along(company: Company, api: Api) -> None:
    external = company.befriend("lina", add_way=2)
    chat = company.open_chat("lina", [external])
    waiting = company.half_add("lina")
    company.take_events()
    company.rename_userid("lina", "lin.na")
    assert told(company) == [("update_user", "lina", "lin.na", "2", "1")]
    assert api.get("externalcontact/list", userid="lin.na")["external_userid"] == [external]
    assert api.get("externalcontact/list", userid="lina")["errcode"] == 40003
    follow = api.get("externalcontact/get", external_userid=external)["follow_user"][0]
    assert (follow["userid"], follow["oper_userid"]) == ("lin.na", "lin.na")
    assert ("lin.na", waiting) in company.halves
    shown = api.post("externalcontact/groupchat/get", chat_id=chat)["group_chat"]
    assert (shown["owner"], shown["member_list"][-1]["userid"]) == ("lin.na", "lin.na")
    assert {member["invitor"]["userid"] for member in shown["member_list"]} == {"lin.na"}
    assert list(company.truth()["follows"]) == [("lin.na", external)]


def test_a_leaver_is_gone_from_the_directory(company: Company, api: Api) -> None:
    company.fire("bob")
    assert told(company) == [("delete_user", "bob")]
    assert api.get("user/get", userid="bob")["errcode"] == 60111
    assert api.get("externalcontact/list", userid="bob")["errcode"] == 40003
    assert [row["userid"] for row in api.get("user/list", department_id=2)["userlist"]] == ["lina"]
    assert api.get("externalcontact/get_follow_user_list")["follow_user"] == ["lina"]
    assert company.truth()["employees"]["bob"]["left_at"] == MORNING


def test_a_leavers_customers_wait_and_are_listed_nowhere_else(company: Company, api: Api) -> None:
    kept, gone = company.befriend("bob"), company.befriend("bob")
    company.delete_by_customer("bob", gone)
    company.advance(60)
    company.fire("bob")
    rows = api.post("externalcontact/get_unassigned_list")["info"]
    assert rows == [{"handover_userid": "bob", "external_userid": kept, "dimission_time": MORNING + 60}]
    assert api.get("externalcontact/get", external_userid=kept)["errcode"] == 84061
    follows = company.truth()["follows"]
    assert follows["bob", kept] == {"status": "unassigned", "episodes": [(MORNING, MORNING + 60, "resignation")]}
    assert follows["bob", gone] == {"status": "ended", "episodes": [(MORNING, MORNING, "customer")]}


def test_whoever_has_left_can_do_nothing_more(company: Company) -> None:
    company.fire("bob")
    for act in (company.fire, company.befriend, company.half_add, company.open_chat):
        with pytest.raises(Impossible):
            act("bob")


def test_an_app_sees_its_range_only(company: Company, api: Api) -> None:
    inner = company.add_department("一组", parentid=2)
    company.hire("inside", "内", [inner, 1])
    company.hire("outside", "外", [1])
    company.apps[1000002].sees = [2]
    assert [row["id"] for row in api.get("department/list")["department"]] == [2, inner]
    assert api.get("externalcontact/get_follow_user_list")["follow_user"] == ["lina", "bob", "inside"]
    assert api.get("user/get", userid="outside")["errcode"] == 60011
    assert api.get("user/get", userid="inside")["department"] == [inner]
    assert api.get("externalcontact/list", userid="outside")["errcode"] == 60011


def test_events_come_only_of_members_in_range(company: Company) -> None:
    company.hire("outside", "外", [1])
    app = company.apps[1000002]
    app.sees = [2]
    company.take_events()
    company.befriend("outside")
    company.befriend("lina")
    company.open_chat("outside")
    company.add_tag_group("等级", ["甲"])
    kept = [event for event in company.take_events() if company.concerns(app, event)]
    assert [event["ChangeType"] for event in kept] == ["add_external_contact", "create", "create"]
    assert [event.get("TagType") for event in kept] == [None, "tag_group", "tag"]
