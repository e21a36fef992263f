"""Customers handed over (pages 96325, 92124)."""

from typing import Any

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure
from wecom.sandbox.endpoints.objections import Judge, against, against_resigned
from wecom.sandbox.things import Employee

MOST = 100


def transfer_customer(call: Call) -> Answer:
    """Each customer has a code of its own; 0 is a start and not yet a transfer."""
    giver = call.seen(call.text("handover_userid", missing=41009))
    taker = _taker(call)
    return {"customer": [_start(call, giver, taker, external, against) for external in _customers(call)]}


def transfer_resigned(call: Call) -> Answer:
    giver = call.company.employees.get(call.text("handover_userid", missing=41009))
    if giver is None:
        raise Failure(40003)
    if giver.left_at is None:
        raise Failure(40097)
    taker = _taker(call)
    return {"customer": [_start(call, giver, taker, external, against_resigned) for external in _customers(call)]}


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


def _start(call: Call, giver: Employee, taker: Employee, external: str, why_not: Judge) -> dict[str, Any]:
    code = 40098 if not taker.verified else why_not(call, giver, taker, external)
    if not code:
        call.company.start_transfer(giver.userid, taker.userid, external, resigned=giver.left_at is not None)
    return {"external_userid": external, "errcode": code}


ROUTES = {
    "externalcontact/transfer_customer": Route(transfer_customer, empty={"customer": []}),
    "externalcontact/resigned/transfer_customer": Route(transfer_resigned, empty={"customer": []}),
}
