"""Departments (page 96259)."""

from typing import Any

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.endpoints.ranges import working
from wecom.sandbox.things import Department


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


def _departments(call: Call) -> list[Department]:
    company, top = call.company, call.number("id")
    if top and top not in company.departments:
        raise Failure(60123)
    seen = set(company.departments) if call.app.sees is None else set[int]().union(*map(company.branch, call.app.sees))
    wanted = seen & company.branch(top) if top else seen
    return [row for row in company.departments.values() if row.id in wanted]


def _department(call: Call, row: Department) -> dict[str, Any]:
    leaders = [employee.userid for employee in working(call) if row.id in employee.leads]
    return {
        "id": row.id,
        "name": row.name,
        "name_en": row.name_en,
        "department_leader": leaders,
        "parentid": row.parentid,
        "order": row.order,
    }


ROUTES = {
    "department/list": Route(department_list, "GET", "any", {"department": []}),
    "department/simplelist": Route(department_simplelist, "GET", "any", {"department_id": []}),
    "department/get": Route(department_get, "GET", "any"),
}
