"""What speaks against handing a customer over: a code, or 0 (pages 96325, 92124)."""

from collections.abc import Callable

from wecom.sandbox.call import Call
from wecom.sandbox.things import Employee

Judge = Callable[[Call, Employee, Employee, str], int]


def against(call: Call, giver: Employee, taker: Employee, external: str) -> int:
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


def against_resigned(call: Call, giver: Employee, taker: Employee, external: str) -> int:
    if external not in call.company.people:
        return 40096
    waiting = call.company.waiting(external)
    if waiting and waiting.handover == giver.userid:
        return 40100
    return 0 if external in call.company.unassigned.get(giver.userid, {}) else 40131
