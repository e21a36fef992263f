"""Group chats with customers (pages 93414, 96338)."""

from typing import Any

from wecom.sandbox import paging
from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.things import Chat, Member


def chat_list(call: Call) -> Answer:
    """Groups whose owner has left come only to who names that owner."""
    size, wanted = call.number("limit"), call.number("status_filter")
    if not 1 <= size <= 1000:
        raise Failure(40058, "limit")
    owners = owners_of(call)
    rows = [chat for chat in call.company.chats.values() if _shown(call, chat, owners)]
    rows = [chat for chat in rows if wanted in (0, chat.status)]
    found, cursor = paging.page(call, rows, size)
    return {"group_chat_list": [{"chat_id": c.chat_id, "status": c.status} for c in found], "next_cursor": cursor}


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


def owners_of(call: Call) -> list[str]:
    """The owners named in ``owner_filter``; none are when it is absent, which a wide range doesn't allow (81017)."""
    owners = call.object("owner_filter").get("userid_list") or []
    if not isinstance(owners, list) or len(owners) > 100:
        raise Failure(40032)
    if not owners:
        seen = sum(1 for e in call.company.employees.values() if e.left_at is None and call.sees(e))
        if seen > call.company.switches.wide:
            raise Failure(81017)
    elif unknown := [who for who in owners if who not in call.company.employees]:
        raise Failure(40003, ",".join(map(str, unknown)))
    return owners


def _shown(call: Call, chat: Chat, owners: list[str]) -> bool:
    if chat.dismissed_at is not None or not call.sees(call.company.employees[chat.owner]):
        return False
    return chat.owner in owners if owners else chat.status != 1


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


ROUTES = {
    "externalcontact/groupchat/list": Route(chat_list, empty={"group_chat_list": []}),
    "externalcontact/groupchat/get": Route(chat_get),
}
