"""Numbers of days in UTC+8 (pages 96358, 96359)."""

from collections.abc import Callable
from typing import Any

from wecom.sandbox.acts.welcoming import midnight
from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.endpoints.groups import owners_of

_DAY, _HOUR = 86_400, 3600
_PLAIN = ("chat_cnt", "message_cnt", "negative_feedback_cnt", "new_apply_cnt", "new_contact_cnt")
_ORDERS = {1: "new_chat_cnt", 2: "chat_total", 3: "new_member_cnt", 4: "member_total"}


def behavior(call: Call) -> Answer:
    """One row a day, of everybody asked for together."""
    userids, parties = call.texts("userid"), call.numbers("partyid")
    if (not userids and not parties) or len(userids) > 100 or len(parties) > 100:
        raise Failure(40063 if not userids and not parties else 40032)
    people = {call.seen(userid).userid for userid in userids}
    below: set[int] = set[int]().union(*(call.company.branch(number) for number in parties))
    people |= {
        e.userid for e in call.company.employees.values() if not below.isdisjoint(e.departments) and call.sees(e)
    }
    days = _days(call, "start_time", "end_time", today=True)
    return {"behavior_data": [_behaviour_of(call, people, day) for day in days]}


def by_owner(call: Call) -> Answer:
    owners, days = owners_of(call), _days(call, "day_begin_time", "day_end_time")
    shown = owners or sorted({chat.owner for chat in call.company.chats.values()})
    items = [{"owner": owner, "data": _chats_of(call, [owner], days)} for owner in shown]
    name, ascending = _ORDERS.get(call.number("order_by", 1), "new_chat_cnt"), call.number("order_asc") == 1
    items.sort(key=_by(name), reverse=not ascending)
    offset, size = call.number("offset"), call.number("limit", 500)
    if offset < 0 or not 1 <= size <= 1000:
        raise Failure(600041)
    return {"total": len(items), "next_offset": min(len(items), offset + size), "items": items[offset : offset + size]}


def by_day(call: Call) -> Answer:
    owners, days = owners_of(call), _days(call, "day_begin_time", "day_end_time")
    everybody = owners or list({chat.owner for chat in call.company.chats.values()})
    return {"items": [{"stat_time": day, "data": _chats_of(call, everybody, [day])} for day in days]}


def _by(name: str) -> Callable[[dict[str, Any]], int]:
    def of(row: dict[str, Any]) -> int:
        number: int = row["data"][name]
        return number

    return of


def _days(call: Call, first: str, last: str, *, today: bool = False) -> list[int]:
    """The days asked for, cut to midnight; at most 30, of the last 180. Groups have no numbers of today."""
    begin = midnight(call.number(first))
    end = midnight(call.number(last) or call.number(first))
    now = midnight(call.company.clock.now())
    newest = now if today else now - _DAY
    if not begin or begin > end or end > newest or begin < now - 180 * _DAY or end - begin >= 30 * _DAY:
        raise Failure(600018)
    return list(range(begin, end + 1, _DAY))


def _counted(call: Call, who: str, day: int) -> dict[str, int]:
    """The day's counters; those of yesterday are still zero before ``statistics_hour``."""
    now, hour = call.company.clock.now(), call.company.switches.statistics_hour
    early = day == midnight(now) - _DAY and now - midnight(now) < hour * _HOUR
    return {} if early else call.company.activity.get((who, day), {})


def _behaviour_of(call: Call, people: set[str], day: int) -> dict[str, Any]:
    rows = [_counted(call, userid, day) for userid in people]
    total = {name: sum(row.get(name, 0) for row in rows) for name in (*_PLAIN, "asked", "answered", "minutes")}
    shown: dict[str, Any] = {"stat_time": day} | {name: total[name] for name in _PLAIN}
    # On a quiet day the two about replies are absent.
    if total["asked"]:
        shown["reply_percentage"] = round(100 * total["answered"] / total["asked"], 2)
        shown["avg_reply_time"] = total["minutes"] // (total["answered"] or 1)
    return shown


def _chats_of(call: Call, owners: list[str], days: list[int]) -> dict[str, int]:
    rows = [_counted(call, owner, day) for owner in owners for day in days]
    end = days[-1] + _DAY
    alive = [c for c in call.company.chats.values() if c.owner in owners and c.create_time < end]
    alive = [c for c in alive if c.dismissed_at is None or c.dismissed_at >= end]
    inside = sum(1 for c in alive for stay in c.stays if stay.joined < end and (stay.left is None or stay.left >= end))
    names = ("new_chat_cnt", "chat_has_msg", "new_member_cnt", "member_has_msg", "msg_total")
    counted = {name: sum(row.get(name, 0) for row in rows) for name in names}
    return counted | {"chat_total": len(alive), "member_total": inside, "migrate_trainee_chat_cnt": 0}


ROUTES = {
    "externalcontact/get_user_behavior_data": Route(behavior, empty={"behavior_data": []}),
    "externalcontact/groupchat/statistic": Route(by_owner, empty={"items": []}),
    "externalcontact/groupchat/statistic_group_by_day": Route(by_day, empty={"items": []}),
}
