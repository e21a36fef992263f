"""Which group chats with customers there are (page 93414)."""

from wecom.sandbox import paging
from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.things import Chat


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


ROUTES = {"externalcontact/groupchat/list": Route(chat_list, empty={"group_chat_list": []})}
