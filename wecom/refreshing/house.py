"""Members and departments."""

import datetime as dt
from collections.abc import Sequence

from corps import mirroring, tickets
from corps.actors import SYSTEM
from corps.tally import Tally
from wecom import mapping
from wecom.client import house
from wecom.client.errors import Gone, OutOfRange
from wecom.client.transport import client_for


def refresh_employee(*, corp_id: int, userid: str, source: str, left_at: dt.datetime | None = None) -> Tally:
    """Read one member and store what is read.

    Args:
        left_at: when an event says that they left. It is believed where WeCom doesn't show them any more; without it
            that changes nothing, since one out of the visible range is not shown either.

    Raises:
        WecomError, NotConnected: it could not be read.
    """
    client, ticket = client_for(corp_id), tickets.draw(corp_id)
    try:
        facts = mapping.employee(house.user(client, userid))
    except (Gone, OutOfRange):
        if left_at is None:
            return Tally()
        return mirroring.mark_left(
            corp_id=corp_id, userids=[userid], ticket=ticket, at=left_at, by=SYSTEM, source=source
        )
    return mirroring.apply_employees(corp_id=corp_id, employees=[facts], ticket=ticket, by=SYSTEM, source=source)


def refresh_followers(*, corp_id: int, source: str) -> Tally:
    """Read who may have customers, and note it: WeCom announces no change of that. Raises as refresh_employee."""
    userids = house.follow_users(client_for(corp_id))
    return mirroring.set_followers(corp_id=corp_id, userids=userids, by=SYSTEM, source=source)


def refresh_departments(*, corp_id: int, source: str, gone: Sequence[int] = ()) -> Tally:
    """Read the tree and store it.

    Args:
        gone: WeCom's ids of departments that are removed where the tree doesn't show them; others stay.

    Raises:
        WecomError, NotConnected: it could not be read.
    """
    client, ticket = client_for(corp_id), tickets.draw(corp_id)
    facts = [mapping.department(row) for row in house.departments(client)]
    tally = mirroring.apply_departments(
        corp_id=corp_id, departments=facts, ticket=ticket, whole=False, by=SYSTEM, source=source
    )
    ended = set(gone) - {department.wecom_id for department in facts}
    return tally.add(
        mirroring.remove_departments(corp_id=corp_id, wecom_ids=ended, ticket=ticket, by=SYSTEM, source=source)
    )
