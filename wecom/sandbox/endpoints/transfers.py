"""Customers handed over (pages 96325, 96331, 92124)."""

from collections.abc import Callable
from typing import Any

from wecom.sandbox import paging
from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.things import Employee, Transfer

MOST = 100
PAGE = 1000
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


ROUTES = {
    "externalcontact/transfer_customer": Route(transfer_customer, empty={"customer": []}),
    "externalcontact/transfer_result": Route(transfer_result, empty={"customer": []}),
    "externalcontact/resigned/transfer_customer": Route(transfer_resigned, empty={"customer": []}),
    "externalcontact/resigned/transfer_result": Route(resigned_result, empty={"customer": []}),
    "externalcontact/get_unassigned_list": Route(unassigned, empty={"info": []}),
}
