"""Contact ways (page 96348)."""

from typing import Any

from wecom.sandbox import paging
from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.things import ContactWay

MOST_PEOPLE = 100
_NINETY_DAYS = 90 * 86_400
_SINGLE, _SEVERAL = 1, 2
_MINI_PROGRAM, _QR = 1, 2
_CHANGEABLE = (
    "remark",
    "skip_verify",
    "style",
    "state",
    "user",
    "party",
    "expires_in",
    "chat_expires_in",
    "unionid",
    "conclusions",
)
_KEPT = ("type", "scene", *_CHANGEABLE, "is_temp", "is_exclusive", "mark_source")


def add(call: Call) -> Answer:
    kind, scene = call.number("type"), call.number("scene")
    if not kind or not scene:
        raise Failure(41038 if kind else 41037)
    if kind not in (_SINGLE, _SEVERAL) or scene not in (_MINI_PROGRAM, _QR):
        raise Failure(41040 if kind in (_SINGLE, _SEVERAL) else 41039)
    fields = {name: call.body[name] for name in _KEPT if name in call.body}
    _check(call, kind, fields)
    way = call.company.make_way({"skip_verify": True, "is_temp": False} | fields)
    return {"config_id": way.config_id} | ({"qr_code": _picture(way)} if scene == _QR else {})


def get(call: Call) -> Answer:
    way = _way(call)
    shown = {"config_id": way.config_id, "remark": "", "state": "", "user": [], "party": []} | way.fields
    return {"contact_way": shown | ({"qr_code": _picture(way)} if way.fields["scene"] == _QR else {})}


def list_ways(call: Call) -> Answer:
    """No temporary ones."""
    now = call.company.clock.now()
    since, until = call.number("start_time", now - _NINETY_DAYS), call.number("end_time", now)
    ways = [way for way in call.company.contact_ways.values() if since <= way.created <= until]
    rows = [way for way in ways if not way.fields.get("is_temp")]
    found, cursor = paging.page(call, rows, call.limit(100, 1000))
    return {"contact_way": [{"config_id": way.config_id} for way in found], "next_cursor": cursor}


def update(call: Call) -> Answer:
    way = _way(call)
    fields = way.fields | {name: call.body[name] for name in _CHANGEABLE if name in call.body}
    _check(call, int(fields["type"]), fields)
    way.fields = fields
    return {}


def delete(call: Call) -> Answer:
    del call.company.contact_ways[_way(call).config_id]
    return {}


def _way(call: Call) -> ContactWay:
    way = call.company.contact_ways.get(call.text("config_id", missing=41043))
    if way is None:
        raise Failure(41044)
    return way


def _check(call: Call, kind: int, fields: dict[str, Any]) -> None:
    users, parties = fields.get("user") or [], fields.get("party") or []
    if not _all(users, str) or not _all(parties, int):
        raise Failure(40035)
    if max(len(str(fields.get("remark") or "")), len(str(fields.get("state") or ""))) > 30:
        raise Failure(40058, "remark or state too long")
    if kind == _SINGLE and (len(users) != 1 or parties):
        raise Failure(40058, "exactly one user")
    branches: set[int] = set[int]().union(*(call.company.branch(number) for number in parties))
    everybody = call.company.employees.values()
    people = set(users) | {e.userid for e in everybody if not branches.isdisjoint(e.departments) and e.left_at is None}
    if len(people) > MOST_PEOPLE:
        raise Failure(41041)
    if any(call.seen(userid).status != 1 or not call.seen(userid).contact for userid in users):
        raise Failure(41054)


def _all(rows: Any, kind: type) -> bool:
    return isinstance(rows, list) and all(isinstance(row, kind) for row in rows)


def _picture(way: ContactWay) -> str:
    return f"https://wework.qpic.cn/wwpic/{way.config_id}/0"


ROUTES = {
    "externalcontact/add_contact_way": Route(add),
    "externalcontact/get_contact_way": Route(get, empty={"contact_way": {}}),
    "externalcontact/list_contact_way": Route(list_ways, empty={"contact_way": []}),
    "externalcontact/update_contact_way": Route(update),
    "externalcontact/del_contact_way": Route(delete),
}
