"""Insights about who added the customer, who was deleted, and who is left."""

import datetime as dt

from customers.choices import RelationStatus
from insights.behaviour.entries import DAY
from insights.findings.known import Finding, Known, Stay

TOGETHER, LEAST_COLLEAGUES = 7, 3
LOST = (RelationStatus.ENDED_BY_CUSTOMER, RelationStatus.ENDED_BY_EMPLOYEE)


def added_by_several(known: Known) -> Finding | None:
    """Three colleagues or more within a week: they may be courting, or asking each of us the same."""
    firsts: dict[int, dt.datetime] = {}
    for stay in sorted(known.stays, key=lambda stay: stay.began_at):
        firsts.setdefault(stay.employee_id, stay.began_at)
    moments = list(firsts.items())
    best = max((_around(moments, at) for _who, at in moments), key=len, default=[])
    if len(best) < LEAST_COLLEAGUES:
        return None
    span = {"from": best[0][1], "to": best[-1][1]}
    days = max(1, -((best[0][1] - best[-1][1]) // DAY))
    numbers = {"colleagues": len(best), "days": days}
    return Finding("added_by_several", numbers, {"employeeIds": [who for who, _at in best], **span})


def _around(moments: list[tuple[int, dt.datetime]], start: dt.datetime) -> list[tuple[int, dt.datetime]]:
    return [(who, at) for who, at in moments if start <= at <= start + TOGETHER * DAY]


def lost_but_friend(known: Known) -> Finding | None:
    """The last relation that was lost, while another lasts: there is somebody who can still ask why."""
    friends = known.friends
    lost = [stay for stay in known.stays if stay.ended_by in LOST and stay.employee_id not in friends]
    if not (friends and lost):
        return None
    last = max(lost, key=_ended)
    evidence = {"employeeIds": [last.employee_id, *friends], "from": last.ended_at}
    by_customer = int(last.ended_by == RelationStatus.ENDED_BY_CUSTOMER)
    return Finding("lost_but_friend", {"byCustomer": by_customer, "friends": len(friends)}, evidence)


def came_back(known: Known) -> Finding | None:
    """The last time that somebody was a friend again after an end."""
    pairs = [
        (earlier, later)
        for earlier in known.stays
        for later in known.stays
        if later.employee_id == earlier.employee_id and earlier.ended_at and later.began_at >= earlier.ended_at
    ]
    if not pairs:
        return None
    # Of the last coming back, the end just before it.
    earlier, later = max(pairs, key=lambda pair: (pair[1].began_at, _ended(pair[0])))
    gap = later.began_at - _ended(earlier)
    evidence = {"employeeIds": [later.employee_id], "from": earlier.ended_at, "to": later.began_at}
    return Finding("came_back", {"days": gap // DAY}, evidence)


def nobody_left(known: Known) -> Finding | None:
    """Nobody follows the customer any more."""
    if known.friends or not known.stays:
        return None
    last = max(known.stays, key=_ended)
    days = (known.moment - _ended(last)) // DAY
    return Finding("nobody_left", {"days": days}, {"employeeIds": [last.employee_id], "from": last.ended_at})


def called_differently(known: Known) -> Finding | None:
    """Colleagues call the customer by different remarks: one of them may have noted somebody else."""
    named = {who: remark.strip() for who, remark in known.remarks.items() if remark.strip()}
    names = set(named.values())
    if len(names) < 2:
        return None
    return Finding("called_differently", {"names": len(names)}, {"employeeIds": sorted(named)})


def _ended(stay: Stay) -> dt.datetime:
    return stay.ended_at or stay.began_at
