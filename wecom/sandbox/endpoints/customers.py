"""Whose customers there are, and one of them (pages 92113, 96315)."""

from wecom.sandbox import paging
from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.endpoints.showing import noted, person, tags_of

FOLLOWERS_PER_PAGE = 500


def customer_list(call: Call) -> Answer:
    """Everybody at once: this call has no pages."""
    employee = call.seen(call.text("userid", missing=41009))
    if not employee.contact:
        raise Failure(84074)
    ids = [follow.external_userid for follow in call.company.listed(employee.userid)]
    if not ids and call.company.switches.empty_list_is_error:
        raise Failure(84061)
    return {"external_userid": ids}


def customer_get(call: Call) -> Answer:
    company, external = call.company, call.text("external_userid", missing=41035)
    if external not in company.people:
        raise Failure(40096)
    followers = sorted(company.followers.get(external, {}).values(), key=lambda row: row.serial)
    visible = [row for row in followers if call.sees(company.employees[row.userid])]
    if not visible:
        raise Failure(84061)
    rows, cursor = paging.page(call, visible, FOLLOWERS_PER_PAGE, key=lambda row: row.serial)
    answer = {
        "external_contact": person(company, company.people[external]),
        "follow_user": [noted(row) | {"tags": tags_of(company, row)} for row in rows],
    }
    return answer | ({"next_cursor": cursor} if cursor else {})


ROUTES = {
    "externalcontact/list": Route(customer_list, "GET", empty={"external_userid": []}),
    "externalcontact/get": Route(customer_get, "GET", empty={"external_contact": {}, "follow_user": []}),
}
