"""Customers and groups handed over (pages 96325, 96331, 92124, 92127, 95703)."""

from collections.abc import Callable
from typing import Any

from wecom.sandbox import paging
from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import TEXTS, Failure
from wecom.sandbox.things import Chat, Employee, Transfer

MOST = 100
PAGE = 1000
GROUPS_PER_DAY = 300
_DAY = 86_400
WAITING, FULL = 2, 4


def transfer_customer(call: Call) -> Answer:
    """Each customer has a code of its own; 0 is a start and not yet a transfer."""
    giver = call.seen(call.text("handover_userid", missing=41009))
    taker = _taker(call)
    return {"customer": [_start(call, giver, taker, external, _why_not) for external in _customers(call)]}


def transfer_resigned(call: Call) -> Answer:
    giver = call.company.employees.get(call.text("handover_userid", missing=41009))
    if giver is None:
        raise Failure(40003)
    if giver.left_at is None:
        raise Failure(40097)
    taker = _taker(call)
    return {"customer": [_start(call, giver, taker, external, _why_not_resigned) for external in _customers(call)]}


def transfer_result(call: Call) -> Answer:
    return _results(call, resigned=False)


def resigned_result(call: Call) -> Answer:
    return _results(call, resigned=True)


def unassigned(call: Call) -> Answer:
    """Leavers' customers who wait for somebody. A leaver with groups only isn't here."""
    rows = [
        {"handover_userid": leaver, "external_userid": external, "dimission_time": left}
        for leaver, customers in call.company.unassigned.items()
        for external, left in customers.items()
        if call.sees(call.company.employees[leaver])
    ]
    found, cursor = paging.page(call, rows, call.limit(PAGE, PAGE, name="page_size"))
    return {"info": found, "is_last": not cursor, "next_cursor": cursor}


def group_transfer(call: Call) -> Answer:
    """Of a leaver. Only the groups that failed are told of."""
    return _give_groups(call, _why_not_leavers_group)


def group_onjob_transfer(call: Call) -> Answer:
    return _give_groups(call, _why_not_group)


def _taker(call: Call) -> Employee:
    taker = call.seen(call.text("takeover_userid", missing=41009))
    if not taker.contact:
        raise Failure(84074)
    return taker


def _customers(call: Call) -> list[str]:
    externals = call.texts("external_userid")
    if not externals:
        raise Failure(41035)
    if len(externals) > MOST:
        raise Failure(40058, "external_userid")
    return externals


Judge = Callable[[Call, Employee, Employee, str], int]


def _start(call: Call, giver: Employee, taker: Employee, external: str, why_not: Judge) -> dict[str, Any]:
    code = 40098 if not taker.verified else why_not(call, giver, taker, external)
    if not code:
        call.company.start_transfer(giver.userid, taker.userid, external, resigned=giver.left_at is not None)
    return {"external_userid": external, "errcode": code}


def _why_not(call: Call, giver: Employee, taker: Employee, external: str) -> int:
    company = call.company
    if external not in company.people:
        return 40096
    if giver is taker:
        return 40130
    if external not in company.follows.get(giver.userid, {}):
        return 40131
    if company.waiting(external):
        return 40129
    return 40128 if company.handed_lately(external) >= 2 else 0


def _why_not_resigned(call: Call, giver: Employee, taker: Employee, external: str) -> int:
    if external not in call.company.people:
        return 40096
    waiting = call.company.waiting(external)
    if waiting and waiting.handover == giver.userid:
        return 40100
    return 0 if external in call.company.unassigned.get(giver.userid, {}) else 40131


def _results(call: Call, *, resigned: bool) -> Answer:
    company = call.company
    who = (call.text("handover_userid", missing=41009), call.text("takeover_userid", missing=41009))
    mine = [t for t in company.transfers if (t.handover, t.takeover) == who and t.resigned == resigned]
    # The last attempt of each customer tells how it stands.
    rows = list({transfer.external_userid: transfer for transfer in mine}.values())
    found, cursor = paging.page(call, rows, PAGE)
    return {"customer": [_result(row) for row in found], "next_cursor": cursor}


def _result(row: Transfer) -> dict[str, Any]:
    """Waiting, it tells the moment to come; refused, 0."""
    status = row.outcome or WAITING
    shown: dict[str, Any] = {"external_userid": row.external_userid, "status": status}
    if status != FULL:
        shown["takeover_time"] = row.due if status == WAITING else row.finished
    return shown


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
    "externalcontact/transfer_customer": Route(transfer_customer, empty={"customer": []}),
    "externalcontact/transfer_result": Route(transfer_result, empty={"customer": []}),
    "externalcontact/resigned/transfer_customer": Route(transfer_resigned, empty={"customer": []}),
    "externalcontact/resigned/transfer_result": Route(resigned_result, empty={"customer": []}),
    "externalcontact/get_unassigned_list": Route(unassigned, empty={"info": []}),
    "externalcontact/groupchat/transfer": Route(group_transfer, empty={"failed_chat_list": []}),
    "externalcontact/groupchat/onjob_transfer": Route(group_onjob_transfer, empty={"failed_chat_list": []}),
}
