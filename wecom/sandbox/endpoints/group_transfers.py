"""Groups handed over (pages 92127, 95703)."""

from collections.abc import Callable

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import TEXTS, Failure
from wecom.sandbox.things import Chat, Employee

MOST = 100
GROUPS_PER_DAY = 300
_DAY = 86_400


def group_transfer(call: Call) -> Answer:
    """Of a leaver. Only the groups that failed are told of."""
    return _give_groups(call, _why_not_leavers_group)


def group_onjob_transfer(call: Call) -> Answer:
    return _give_groups(call, _why_not_group)


def _give_groups(call: Call, why_not: Callable[[Call, Chat, Employee], int]) -> Answer:
    chats = call.texts("chat_id_list")
    if not 1 <= len(chats) <= MOST:
        raise Failure(40058, "chat_id_list")
    owner = call.seen(call.text("new_owner", missing=41009))
    failed = []
    for id in chats:
        if code := _give_group(call, id, owner, why_not):
            failed.append({"chat_id": id, "errcode": code, "errmsg": TEXTS[code]})
    return {"failed_chat_list": failed}


def _give_group(call: Call, id: str, owner: Employee, why_not: Callable[[Call, Chat, Employee], int]) -> int:
    company, now = call.company, call.company.clock.now()
    chat = company.chats.get(id)
    if chat is None or chat.dismissed_at is not None:
        return 90501 if chat is None else 49008
    if code := why_not(call, chat, owner):
        return code
    mine = (other for other in company.chats.values() if other.owner == owner.userid)
    if sum(1 for other in mine for at in other.handed if at > now - _DAY) >= GROUPS_PER_DAY:
        return 45009
    company.change_owner(id, owner.userid)
    chat.handed.append(now)
    return 0


def _why_not_leavers_group(call: Call, chat: Chat, owner: Employee) -> int:
    if chat.status == 3:
        return 90508
    return 90500 if chat.status != 1 else 0


def _why_not_group(call: Call, chat: Chat, owner: Employee) -> int:
    if chat.status == 1:
        return 90502
    if chat.owner == owner.userid:
        return 90504
    since = call.company.clock.now() - 90 * _DAY
    return 40128 if sum(1 for at in chat.handed if at >= since) >= 2 else 0


ROUTES = {
    "externalcontact/groupchat/transfer": Route(group_transfer, empty={"failed_chat_list": []}),
    "externalcontact/groupchat/onjob_transfer": Route(group_onjob_transfer, empty={"failed_chat_list": []}),
}
