"""Whether a customer can go, and to whom: the pre-flight sheet, line by line. Pure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.time import now
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers.choices import CustomerStatus, RelationStatus, TransferKind
from customers.transfers import reasons
from customers.transfers.facts import LEAVERS_DAYS, MOST_TIMES, Facts


@dataclass(slots=True)
class Room:
    """One who may take over.

    Attributes:
        why: what speaks against all customers; empty for nothing.
        left: for how many more there is room.
        given: how many this transfer has given them.
    """

    taker: Employee
    why: str
    left: int
    given: int = 0


def objection(customer_id: int, facts: Facts) -> str:
    """What speaks against handing this customer over to anybody; empty for nothing."""
    status, blacklisted = facts.people.get(customer_id, (CustomerStatus.DELETED, False))
    follow = facts.follows.get((customer_id, facts.handover.pk))
    checks = (
        (status == CustomerStatus.DELETED, reasons.CUSTOMER_DELETED),
        (blacklisted, reasons.BLACKLISTED),
        (customer_id in facts.refused, reasons.REFUSED_BEFORE),
        (follow == RelationStatus.ENDED_BY_CUSTOMER, reasons.CUSTOMER_LEFT),
        (follow != RelationStatus.ACTIVE, reasons.NOT_FOLLOWED),
        (_left_long_ago(facts), reasons.LEFT_LONG_AGO),
        (customer_id in facts.open, reasons.TRANSFERRING),
        (facts.times[customer_id] >= MOST_TIMES, reasons.TOO_OFTEN),
    )
    return next((reason for found, reason in checks if found), "")


def against_taker(taker: Employee) -> str:
    """What speaks against giving this employee any customer; empty for nothing."""
    if taker.status == EmployeeStatus.LEFT:
        return reasons.TAKER_LEFT
    if taker.status != EmployeeStatus.ACTIVE:
        return reasons.TAKER_DISABLED
    return "" if taker.can_follow else reasons.TAKER_NOT_ALLOWED


def deal(customer_id: int, rooms: Sequence[Room], facts: Facts) -> tuple[Room | None, str]:
    """Give the customer to whoever has been given the fewest and can take them.

    Returns: whose the customer is and "", or None and why it is nobody's.
    """
    able = [room for room in rooms if not room.why and room.taker.pk not in facts.logged_out]
    free = [room for room in able if room.left > 0]
    strangers = [room for room in free if facts.follows.get((customer_id, room.taker.pk)) != RelationStatus.ACTIVE]
    if strangers:
        room = min(strangers, key=lambda room: room.given)
        room.given, room.left = room.given + 1, room.left - 1
        return room, ""
    if free:
        return None, reasons.ALREADY_FRIEND
    if able:
        return None, reasons.TAKER_FULL
    return None, next((room.why for room in rooms if room.why), reasons.LOGIN_EXPIRED)


def _left_long_ago(facts: Facts) -> bool:
    left_at = facts.handover.left_at
    return bool(facts.kind == TransferKind.LEAVER and left_at and left_at < now() - dt.timedelta(days=LEAVERS_DAYS))
