"""What an employee notes of a customer (page 96317)."""

from typing import Any

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.endpoints.ranges import pair

_REMARKS = [("remark", "remark", 20), ("description", "description", 150), ("remark_company", "corp_name", 20)]


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


ROUTES = {"externalcontact/remark": Route(remark)}
