"""The customers of several employees, page by page (page 96316)."""

from wecom.sandbox import cursors, paging
from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.endpoints.showing import noted, person
from wecom.sandbox.things import Follow


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


def _pairs_page(call: Call, userids: list[str], size: int) -> tuple[list[Follow], str]:
    """Walk the employees one after another. The cursor holds who is being read, and the last serial read."""
    number, behind = cursors.position(call) or (0, 0)
    found: list[Follow] = []
    for index in range(number, len(userids)):
        rows = call.company.listed(userids[index])
        start = paging.after(rows, behind, key=_serial) if index == number else 0
        if len(found) == size and start < len(rows):
            return found, cursors.seal(call, index, 0)
        taken = rows[start : start + size - len(found)]
        found += taken
        if taken and taken[-1] is not rows[-1]:
            return found, cursors.seal(call, index, taken[-1].serial)
    return found, ""


def _serial(row: Follow) -> int:
    return row.serial


ROUTES = {
    "externalcontact/batch/get_by_user": Route(batch_get_by_user, empty={"external_contact_list": []}),
}
