"""What an app may see: members, their departments, a pair of a member and a customer."""

from collections.abc import Iterator

from wecom.sandbox.call import Call
from wecom.sandbox.codes import Failure
from wecom.sandbox.things import Employee, Follow


def working(call: Call) -> Iterator[Employee]:
    return (e for e in call.company.employees.values() if e.left_at is None and call.sees(e))


def visible_departments(call: Call, employee: Employee) -> list[int]:
    """The member's departments that the app may see."""
    if call.app.sees is None:
        return employee.departments
    visible = set[int]().union(*map(call.company.branch, call.app.sees))
    return [number for number in employee.departments if number in visible]


def pair(call: Call) -> Follow:
    """The pair of ``userid`` and ``external_userid``; readable though the customer has deleted the employee."""
    employee = call.seen(call.text("userid", missing=41009))
    external = call.text("external_userid", missing=41035)
    if external not in call.company.people:
        raise Failure(40096)
    follow = call.company.follows.get(employee.userid, {}).get(external)
    if follow is None:
        raise Failure(84061)
    return follow
