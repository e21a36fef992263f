"""What a page within WeCom asks for: who opened it (page 91023), and tickets for the client (page 90506)."""

import hashlib

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure

_TICKET_LIFE = 7200


def getuserinfo(call: Call) -> Answer:
    userid, agent_id, until = call.company.entries.pop(call.text("code"), ("", 0, 0))
    if not userid or agent_id != call.app.agent_id or until <= call.company.clock.now():
        raise Failure(40029)
    return {"userid": userid}


def corp_ticket(call: Call) -> Answer:
    return _ticket(call, "corp")


def app_ticket(call: Call) -> Answer:
    if call.text("type") != "agent_config":
        raise Failure(40058)
    return _ticket(call, f"app {call.app.agent_id}")


def _ticket(call: Call, whose: str) -> Answer:
    """The same for all who ask until it ends."""
    now = call.company.clock.now()
    name = f"{call.company.corpid} {whose} {now // _TICKET_LIFE}"
    ticket = hashlib.sha256(name.encode()).hexdigest()
    return {"ticket": ticket, "expires_in": _TICKET_LIFE - now % _TICKET_LIFE}


ROUTES = {
    "auth/getuserinfo": Route(getuserinfo, "GET", "any"),
    "get_jsapi_ticket": Route(corp_ticket, "GET", "any"),
    "ticket/get": Route(app_ticket, "GET", "any"),
}
