"""What WeCom says of transfers between two employees (pages 94088, 94082)."""

import datetime as dt
from typing import Any

from corps.models import Employee
from customers.choices import ItemState, TransferKind
from customers.models import TransferJob
from wecom import mapping
from wecom.client import transfers
from wecom.client.outcomes import Handover
from wecom.client.transport import Client

# How long the customer may refuse.
WAIT = dt.timedelta(hours=24)
NO_RECORD = 5
STATES = {1: ItemState.DONE, 2: ItemState.WAITING, 3: ItemState.REFUSED, 4: ItemState.OVER_LIMIT}
# Of a thousand rows each: an answer that never ends is none.
_MOST_PAGES = 100


def read(client: Client, job: TransferJob, taker: Employee) -> dict[str, Handover]:
    """How every customer stands that went from the giver to this taker, by external userid. Raises WecomError."""
    ask = transfers.resigned_results if job.kind == TransferKind.LEAVER else transfers.transfer_results
    found: dict[str, Handover] = {}
    cursor = ""
    for _page in range(_MOST_PAGES):
        rows, cursor = ask(client, handover=job.handover.userid, takeover=taker.userid, cursor=cursor)
        found |= {row["external_userid"]: row for row in rows}
        if not cursor:
            break
    return found


def takeover_time(row: Any) -> dt.datetime | None:
    """When it was, or will be, taken over; None where WeCom doesn't say."""
    return mapping.moment(row.get("takeover_time"))
