"""One group chat with customers, and who is in it (page 96338)."""

from typing import Any

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.things import Member


def chat_get(call: Call) -> Answer:
    chat = call.company.chats.get(call.text("chat_id", missing=40050))
    if chat is None:
        raise Failure(40050)
    if chat.dismissed_at is not None:
        raise Failure(49008)
    if not call.sees(call.company.employees[chat.owner]):
        raise Failure(60011)
    named = call.number("need_name") == 1
    late = call.company.clock.now() - chat.turned < call.company.switches.chat_lag_seconds
    # WeCom works a change off after it has told of it: the newcomers aren't listed yet.
    members = [row for row in chat.members.values() if not late or row.join_time < chat.turned]
    shown = {"chat_id": chat.chat_id, "name": chat.name, "owner": chat.owner, "create_time": chat.create_time}
    people = {
        "member_list": [_member(call, member, named) for member in members],
        "admin_list": [{"userid": userid} for userid in chat.admins],
        "member_version": chat.before if late else chat.member_version,
    }
    return {"group_chat": shown | {"notice": chat.notice} | people}


def _member(call: Call, row: Member, named: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"userid": row.userid, "type": row.type}
    person = call.company.people.get(row.userid)
    if person and person.unionid and call.company.switches.unionid:
        shown["unionid"] = person.unionid
    shown |= {"join_time": row.join_time, "join_scene": row.join_scene, "group_nickname": row.group_nickname}
    # Only a colleague's invitation is told.
    if row.invitor in call.company.employees:
        shown["invitor"] = {"userid": row.invitor}
    if named:
        shown["name"] = person.name if person else call.company.employees[row.userid].name
    if row.state:
        shown["state"] = row.state
    return shown


ROUTES = {"externalcontact/groupchat/get": Route(chat_get)}
