"""Messages of an app to members (page 90236): text only, and what was sent can be looked at (``/sandbox/messages``)."""

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure

_MOST_MEMBERS = 1_000
_MOST_BYTES = 2_048


def send(call: Call) -> Answer:
    userids = [userid for userid in call.text("touser").split("|") if userid]
    text = str(call.object("text").get("content") or "")
    if not userids or len(userids) > _MOST_MEMBERS or call.text("msgtype") != "text" or not text:
        raise Failure(40058)
    if call.number("agentid") != call.app.agent_id:
        raise Failure(40056)
    known = [userid for userid in userids if _reached(call, userid)]
    if not known:
        raise Failure(81013)
    company = call.company
    # Longer ones are cut and not refused.
    row = {"to": known, "text": text.encode()[:_MOST_BYTES].decode(errors="ignore"), "at": company.clock.now()}
    kept = company.clock.now() - call.number("duplicate_check_interval", 1_800)
    alike = any((m["to"], m["text"]) == (row["to"], row["text"]) and m["at"] > kept for m in company.messages)
    if not (call.number("enable_duplicate_check") and alike):
        company.messages.append(row)
    return {"invaliduser": "|".join(userid for userid in userids if userid not in known), "msgid": "msg-sandbox"}


def _reached(call: Call, userid: str) -> bool:
    employee = call.company.employees.get(userid)
    return employee is not None and employee.left_at is None and call.sees(employee)


ROUTES = {"message/send": Route(send, right="any")}
