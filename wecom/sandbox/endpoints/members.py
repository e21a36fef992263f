"""Members (page 96260)."""

from typing import Any

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.endpoints.ranges import visible_departments, working
from wecom.sandbox.things import Employee


def user_list(call: Call) -> Answer:
    return {"userlist": [_user(call, employee) for employee in _of_department(call)]}


def user_simplelist(call: Call) -> Answer:
    rows = _of_department(call)
    return {
        "userlist": [{"userid": e.userid, "name": e.name, "department": visible_departments(call, e)} for e in rows]
    }


def user_get(call: Call) -> Answer:
    return _user(call, call.seen(call.text("userid", missing=41009), unknown=60111))


def _of_department(call: Call) -> list[Employee]:
    number = call.number("department_id")
    if not number:
        raise Failure(40066)
    if number not in call.company.departments:
        raise Failure(60003)
    return [employee for employee in working(call) if number in employee.departments]


def _user(call: Call, employee: Employee) -> dict[str, Any]:
    """No mobile, avatar or address: new apps don't get them (page 96260)."""
    departments = visible_departments(call, employee)
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
    "user/list": Route(user_list, "GET", "any", {"userlist": []}),
    "user/simplelist": Route(user_simplelist, "GET", "any", {"userlist": []}),
    "user/get": Route(user_get, "GET", "any"),
}
