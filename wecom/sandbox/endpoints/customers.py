"""Customers and what employees noted of them (pages 92113, 96315, 96316, 96317)."""

from typing import Any

from wecom.sandbox import paging
from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.endpoints.showing import noted, person, tags_of
from wecom.sandbox.things import Follow

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


def batch_get_by_user(call: Call) -> Answer:
    """One entry for each pair; corp tags by id only, no personal ones."""
    userids = call.texts("userid_list")
    if not userids:
        raise Failure(40031)
    if len(userids) > 100:
        raise Failure(40032)
    for userid in userids:
        call.seen(userid)
    rows, cursor = _pairs_page(call, userids, call.limit(50, 100))
    people = call.company.people
    entries = [
        {
            "external_contact": person(call.company, people[row.external_userid]),
            "follow_info": noted(row) | {"tag_id": row.tags},
        }
        for row in rows
    ]
    return {"external_contact_list": entries, "next_cursor": cursor}


def remark(call: Call) -> Answer:
    follow = pair(call)
    fields: dict[str, Any] = {}
    for name, ours, most in _REMARKS:
        if name in call.body:
            fields[ours] = call.text(name)
            if len(fields[ours]) > most:
                raise Failure(40058, f"{name} too long")
    if "remark_mobiles" in call.body:
        fields["mobiles"] = call.texts("remark_mobiles")
    if not fields and not call.text("remark_pic_mediaid"):
        raise Failure(40063)
    if "corp_name" in fields and call.company.people[follow.external_userid].type != 1:
        del fields["corp_name"]
    call.company.edit_follow(follow.userid, follow.external_userid, **fields)
    return {}


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


def _pairs_page(call: Call, userids: list[str], size: int) -> tuple[list[Follow], str]:
    """Walk the employees one after another. The cursor holds who is being read, and the last serial read."""
    number, behind = paging.position(call) or (0, 0)
    found: list[Follow] = []
    for index in range(number, len(userids)):
        rows = call.company.listed(userids[index])
        start = paging.after(rows, behind, key=_serial) if index == number else 0
        if len(found) == size and start < len(rows):
            return found, paging.seal(call, index, 0)
        taken = rows[start : start + size - len(found)]
        found += taken
        if taken and taken[-1] is not rows[-1]:
            return found, paging.seal(call, index, taken[-1].serial)
    return found, ""


def _serial(row: Follow) -> int:
    return row.serial


_REMARKS = [("remark", "remark", 20), ("description", "description", 150), ("remark_company", "corp_name", 20)]
ROUTES = {
    "externalcontact/list": Route(customer_list, "GET", empty={"external_userid": []}),
    "externalcontact/get": Route(customer_get, "GET", empty={"external_contact": {}, "follow_user": []}),
    "externalcontact/batch/get_by_user": Route(batch_get_by_user, empty={"external_contact_list": []}),
    "externalcontact/remark": Route(remark),
}
