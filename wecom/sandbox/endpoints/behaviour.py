"""Numbers of employees' talk with customers, by day (page 96358)."""

from typing import Any

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.endpoints.days import counters_of, days_asked

_PLAIN = ("chat_cnt", "message_cnt", "negative_feedback_cnt", "new_apply_cnt", "new_contact_cnt")


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
    days = days_asked(call, "start_time", "end_time", today=True)
    return {"behavior_data": [_behaviour_of(call, people, day) for day in days]}


def _behaviour_of(call: Call, people: set[str], day: int) -> dict[str, Any]:
    rows = [counters_of(call, userid, day) for userid in people]
    total = {name: sum(row.get(name, 0) for row in rows) for name in (*_PLAIN, "asked", "answered", "minutes")}
    shown: dict[str, Any] = {"stat_time": day} | {name: total[name] for name in _PLAIN}
    # On a quiet day the two about replies are absent.
    if total["asked"]:
        shown["reply_percentage"] = round(100 * total["answered"] / total["asked"], 2)
        shown["avg_reply_time"] = total["minutes"] // (total["answered"] or 1)
    return shown


ROUTES = {"externalcontact/get_user_behavior_data": Route(behavior, empty={"behavior_data": []})}
