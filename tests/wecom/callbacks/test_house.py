"""What events of the directory leave in the house: members and departments."""

import pytest

from corps.choices import EmployeeStatus
from corps.models import Employee
from tests.wecom import comparing
from tests.wecom.callbacks.live import Live, State
from wecom.callbacks import drain


def same(live: Live) -> bool:
    truth = live.company.truth()
    people = comparing.employees(live.box.corp) == comparing.true_employees(truth)
    return people and comparing.departments(live.box.corp) == truth["departments"]


def test_a_new_member_is_here_and_may_have_customers(live: Live) -> None:
    live.company.hire("zhaoliu", "赵六", position="销售")
    live.settle()
    assert same(live)
    assert Employee.objects.get(userid="zhaoliu").can_follow is True
    assert set(live.states()) == {State.DONE}


def test_a_member_told_of_three_times_is_read_once(live: Live) -> None:
    live.company.hire("zhaoliu", "赵六")
    (event,) = live.happen()
    # Seen with WeCom: the same adding announced twice, and a change beside it.
    live.tell([event, event | {"Alias": "六"}, event | {"ChangeType": "update_user"}])
    live.work()
    assert live.calls("user/get") == 1
    assert same(live)


def test_a_changed_member_is_taken_over(live: Live) -> None:
    department = live.company.add_department("销售部")
    live.company.change_employee("lina", position="经理")
    live.company.move_employee("lina", [1, department], leads=[department])
    live.settle()
    assert same(live)


def test_a_changed_userid_takes_everything_along(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    ident = Employee.objects.get(userid="lina").pk
    live.company.rename_userid("lina", "lin.na")
    live.settle()
    assert Employee.objects.get(userid="lin.na").pk == ident
    assert live.pairs() == {("lin.na", "wmA"): "ACTIVE"}
    assert same(live) or "lina" not in comparing.employees(live.box.corp)


def test_a_changed_userid_told_again_later_changes_nothing(live: Live) -> None:
    live.company.rename_userid("lina", "lin.na")
    live.settle()
    ident = Employee.objects.get(userid="lin.na").pk
    live.tell([event | {"CreateTime": event["CreateTime"] + 1} for event in list(live.told)])
    live.work()
    assert Employee.objects.get(userid="lin.na").pk == ident
    assert not Employee.objects.filter(userid="lina").exists()


def test_a_leaver_has_left_when_the_event_says_and_keeps_the_customers(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    live.company.advance(100)
    live.company.fire("lina")
    (event,) = (e for e in live.happen() if e["ChangeType"] == "delete_user")
    live.company.advance(100)
    live.tell([event])
    live.work()
    row = Employee.objects.get(userid="lina")
    assert (row.status, comparing.seconds(row.left_at)) == (EmployeeStatus.LEFT, event["CreateTime"])
    assert live.pairs() == {("lina", "wmA"): "ACTIVE"}


def test_a_deletion_that_wecom_contradicts_is_not_believed(live: Live) -> None:
    head = {"ToUserName": live.company.corpid, "FromUserName": "sys", "CreateTime": live.company.clock.now()}
    live.tell([head | {"MsgType": "event", "Event": "change_contact", "ChangeType": "delete_user", "UserID": "lina"}])
    live.work()
    assert Employee.objects.get(userid="lina").status == EmployeeStatus.ACTIVE


@pytest.mark.parametrize("code", [60111, 60011])
def test_a_member_whom_the_app_does_not_see_any_more_has_not_left_for_that(live: Live, code: int) -> None:
    live.company.change_employee("lina", position="经理")
    live.box.server.faults.set(errors={"user/get": {code: 1.0}})
    live.settle()
    assert Employee.objects.get(userid="lina").status == EmployeeStatus.ACTIVE
    assert live.states() == [State.DONE]


def test_departments_come_move_and_go(live: Live) -> None:
    one = live.company.add_department("一部")
    two = live.company.add_department("二部")
    live.settle()
    assert same(live)
    live.company.rename_department(one, "甲部")
    live.company.move_department(two, one)
    live.settle()
    assert same(live)
    live.company.delete_department(two)
    live.settle()
    assert same(live)
    assert set(live.states()) == {State.DONE}


def test_the_tree_is_read_once_however_many_of_it_changed(live: Live) -> None:
    for number in range(5):
        live.company.add_department(f"{number}部")
    live.settle()
    assert live.calls("department/list") == 1
    assert same(live)


def test_one_member_that_can_not_be_read_keeps_nobody_else(live: Live) -> None:
    live.company.change_employee("lina", position="经理")
    live.company.add_department("一部")
    live.tell()
    live.box.server.faults.set(errors={"user/get": {81026: 1.0}})
    live.let_pass(1)
    drain.once()
    assert live.states() == [State.PENDING, State.DONE]
    live.box.server.faults.off()
    live.let_pass(10)
    live.work()
    assert same(live)
