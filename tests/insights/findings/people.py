"""What is known of a customer, in days before a moment."""

from typing import Any

from customers.choices import RelationStatus
from insights.findings.known import GroupStay, Known, Stay
from tests.insights.behaviour.days import NOW, ago

A, B, C = 11, 12, 13
BY_CUSTOMER, BY_EMPLOYEE = RelationStatus.ENDED_BY_CUSTOMER, RelationStatus.ENDED_BY_EMPLOYEE
BY_TRANSFER = RelationStatus.ENDED_BY_TRANSFER


def stay(who: int, began: float, ended: float | None = None, how: int | None = None) -> Stay:
    return Stay(who, ago(began), None if ended is None else ago(ended), how)


def group(chat: int, joined: float, left: float | None = None, scene: int | None = None) -> GroupStay:
    return GroupStay(chat, ago(joined), None if left is None else ago(left), scene)


def known(*stays: Stay, **fields: Any) -> Known:
    return Known(moment=NOW, stays=stays, **fields)
