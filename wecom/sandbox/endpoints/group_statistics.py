"""Numbers of group chats, by owner and by day (page 96359)."""

from collections.abc import Callable
from typing import Any

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.endpoints.days import DAY, counters_of, days_asked
from wecom.sandbox.endpoints.groups import owners_of

_ORDERS = {1: "new_chat_cnt", 2: "chat_total", 3: "new_member_cnt", 4: "member_total"}


def by_owner(call: Call) -> Answer:
    owners, days = owners_of(call), days_asked(call, "day_begin_time", "day_end_time")
    shown = owners or sorted({chat.owner for chat in call.company.chats.values()})
    items = [{"owner": owner, "data": _chats_of(call, [owner], days)} for owner in shown]
    name, ascending = _ORDERS.get(call.number("order_by", 1), "new_chat_cnt"), call.number("order_asc") == 1
    items.sort(key=_by(name), reverse=not ascending)
    offset, size = call.number("offset"), call.number("limit", 500)
    if offset < 0 or not 1 <= size <= 1000:
        raise Failure(600041)
    return {"total": len(items), "next_offset": min(len(items), offset + size), "items": items[offset : offset + size]}


def by_day(call: Call) -> Answer:
    owners, days = owners_of(call), days_asked(call, "day_begin_time", "day_end_time")
    everybody = owners or list({chat.owner for chat in call.company.chats.values()})
    return {"items": [{"stat_time": day, "data": _chats_of(call, everybody, [day])} for day in days]}


def _by(name: str) -> Callable[[dict[str, Any]], int]:
    def of(row: dict[str, Any]) -> int:
        number: int = row["data"][name]
        return number

    return of


def _chats_of(call: Call, owners: list[str], days: list[int]) -> dict[str, int]:
    rows = [counters_of(call, owner, day) for owner in owners for day in days]
    end = days[-1] + DAY
    alive = [c for c in call.company.chats.values() if c.owner in owners and c.create_time < end]
    alive = [c for c in alive if c.dismissed_at is None or c.dismissed_at >= end]
    inside = sum(1 for c in alive for stay in c.stays if stay.joined < end and (stay.left is None or stay.left >= end))
    names = ("new_chat_cnt", "chat_has_msg", "new_member_cnt", "member_has_msg", "msg_total")
    counted = {name: sum(row.get(name, 0) for row in rows) for name in names}
    return counted | {"chat_total": len(alive), "member_total": inside, "migrate_trainee_chat_cnt": 0}


ROUTES = {
    "externalcontact/groupchat/statistic": Route(by_owner, empty={"items": []}),
    "externalcontact/groupchat/statistic_group_by_day": Route(by_day, empty={"items": []}),
}
