"""How transfers stand, and whose customers wait for somebody (pages 96331, 92124)."""

from typing import Any

from wecom.sandbox import paging
from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.things import Transfer

PAGE = 1000
WAITING, FULL, NO_RECORD = 2, 4, 5


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


def _results(call: Call, *, resigned: bool) -> Answer:
    company = call.company
    who = (call.text("handover_userid", missing=41009), call.text("takeover_userid", missing=41009))
    mine = [t for t in company.transfers if (t.handover, t.takeover) == who and t.resigned == resigned]
    # The last attempt of each customer tells how it stands.
    last = {transfer.external_userid: transfer for transfer in mine}.values()
    # "No record" is an answer of the working members' call only.
    rows = [transfer for transfer in last if not (resigned and transfer.outcome == NO_RECORD)]
    found, cursor = paging.page(call, rows, PAGE)
    return {"customer": [_result(row) for row in found], "next_cursor": cursor}


def _result(row: Transfer) -> dict[str, Any]:
    """Waiting, it tells the moment to come; refused, 0; of the taker who is full, and without a record, none."""
    status = row.outcome or WAITING
    shown: dict[str, Any] = {"external_userid": row.external_userid, "status": status}
    if status not in (FULL, NO_RECORD):
        shown["takeover_time"] = row.due if status == WAITING else row.finished
    return shown


ROUTES = {
    "externalcontact/transfer_result": Route(transfer_result, empty={"customer": []}),
    "externalcontact/resigned/transfer_result": Route(resigned_result, empty={"customer": []}),
    "externalcontact/get_unassigned_list": Route(unassigned, empty={"info": []}),
}
