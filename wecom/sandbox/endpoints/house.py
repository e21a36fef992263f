"""Departments and members (pages 96259, 96260, 96067), and who may have customers (92571)."""

from collections.abc import Iterator
from typing import Any

from wecom.sandbox import paging
from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.things import Department, Employee


def department_list(call: Call) -> Answer:
    return {"department": [_department(call, row) for row in _departments(call)]}


def department_simplelist(call: Call) -> Answer:
    rows = _departments(call)
    return {"department_id": [{"id": row.id, "parentid": row.parentid, "order": row.order} for row in rows]}


def department_get(call: Call) -> Answer:
    row = call.company.departments.get(call.number("id"))
    if row is None:
        raise Failure(60123)
    return {"department": _department(call, row)}


def user_list(call: Call) -> Answer:
    return {"userlist": [_user(call, employee) for employee in _of_department(call)]}


def user_simplelist(call: Call) -> Answer:
    rows = _of_department(call)
    return {"userlist": [{"userid": e.userid, "name": e.name, "department": _seen(call, e)} for e in rows]}


def user_get(call: Call) -> Answer:
    return _user(call, call.seen(call.text("userid", missing=41009), unknown=60111))


def user_list_id(call: Call) -> Answer:
    """One row per department of a member."""
    rows = [(e.userid, number) for e in _working(call) for number in e.departments]
    found, cursor = paging.page(call, rows, call.limit(10_000, 10_000))
    return {"next_cursor": cursor, "dept_user": [{"userid": who, "department": number} for who, number in found]}


def follow_users(call: Call) -> Answer:
    return {"follow_user": [employee.userid for employee in _working(call) if employee.contact]}


def _working(call: Call) -> Iterator[Employee]:
    return (e for e in call.company.employees.values() if e.left_at is None and call.sees(e))


def _departments(call: Call) -> list[Department]:
    company, top = call.company, call.number("id")
    if top and top not in company.departments:
        raise Failure(60123)
    seen = set(company.departments) if call.app.sees is None else set[int]().union(*map(company.branch, call.app.sees))
    wanted = seen & company.branch(top) if top else seen
    return [row for row in company.departments.values() if row.id in wanted]


def _of_department(call: Call) -> list[Employee]:
    number = call.number("department_id")
    if not number:
        raise Failure(40066)
    if number not in call.company.departments:
        raise Failure(60003)
    return [employee for employee in _working(call) if number in employee.departments]


def _department(call: Call, row: Department) -> dict[str, Any]:
    leaders = [employee.userid for employee in _working(call) if row.id in employee.leads]
    return {
        "id": row.id,
        "name": row.name,
        "name_en": row.name_en,
        "department_leader": leaders,
        "parentid": row.parentid,
        "order": row.order,
    }


def _seen(call: Call, employee: Employee) -> list[int]:
    """The member's departments that the app may see."""
    if call.app.sees is None:
        return employee.departments
    visible = set[int]().union(*map(call.company.branch, call.app.sees))
    return [number for number in employee.departments if number in visible]


def _user(call: Call, employee: Employee) -> dict[str, Any]:
    """No mobile, avatar or address: new apps don't get them (page 96260)."""
    departments = _seen(call, employee)
    return {
        "userid": employee.userid,
        "name": employee.name,
        "department": departments,
        "order": [0] * len(departments),
        "position": employee.position,
        "is_leader_in_dept": [int(number in employee.leads) for number in departments],
        "direct_leader": employee.direct_leader,
        "main_department": employee.departments[0],
        "status": employee.status,
        "alias": employee.alias,
        "extattr": {"attrs": []},
        "external_position": "",
    }


ROUTES = {
    "department/list": Route(department_list, "GET", "any", {"department": []}),
    "department/simplelist": Route(department_simplelist, "GET", "any", {"department_id": []}),
    "department/get": Route(department_get, "GET", "any"),
    "user/list": Route(user_list, "GET", "any", {"userlist": []}),
    "user/simplelist": Route(user_simplelist, "GET", "any", {"userlist": []}),
    "user/get": Route(user_get, "GET", "any"),
    "user/list_id": Route(user_list_id, "POST", "contacts", {"dept_user": []}),
    "externalcontact/get_follow_user_list": Route(follow_users, "GET", empty={"follow_user": []}),
}
