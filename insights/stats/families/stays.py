"""Stays of customers with employees: how many last, began, ended, and were kept."""

import dataclasses
from collections.abc import Sequence

from core.sql import by_index, days_after
from customers.choices import RelationStatus
from insights.stats.families.family import LASTING, OF, WITHIN, Family, rows
from insights.stats.terms import KEPT_AFTER, Dim, Metric, Span


def _ended(status: RelationStatus) -> str:
    return f"e.ended_by = {int(status)}"


_EVERYWHERE = tuple(Dim)
_EPISODES, _PERSON = "relation_episode e", "e.customer_id"
_TRANSFER = _ended(RelationStatus.ENDED_BY_TRANSFER)
_NO_TRANSFER = f"(e.ended_by IS NULL OR NOT {_TRANSFER})"
_EARLIER = """EXISTS (SELECT 1 FROM relation_episode b WHERE b.customer_id = e.customer_id
AND b.employee_id = e.employee_id AND b.began_at < e.began_at)"""

STANDING = Family(
    # Nearly all stays began before and most last. MySQL would look each up by the index of their beginnings, half a
    # minute for a million; to read the table through takes some seconds.
    _EPISODES + by_index("PRIMARY"),
    OF.format("e") + LASTING.format("e.began_at", "e.ended_at"),
    (rows(Metric.TOTAL, _PERSON),),
    _EVERYWHERE,
    "e.employee_id",
    spans=(Span.DAY,),
)
BEGUN = Family(
    _EPISODES,
    OF.format("e") + WITHIN.format("e.began_at"),
    (rows(Metric.NEW, _PERSON), rows(Metric.READDED, _PERSON, _EARLIER)),
    _EVERYWHERE,
    "e.employee_id",
)
ENDED = Family(
    _EPISODES,
    OF.format("e") + WITHIN.format("e.ended_at"),
    (
        rows(Metric.LOST, _PERSON, _NO_TRANSFER),
        rows(Metric.LOST_EMPLOYEE, _PERSON, _ended(RelationStatus.ENDED_BY_EMPLOYEE)),
        rows(Metric.LOST_CUSTOMER, _PERSON, _ended(RelationStatus.ENDED_BY_CUSTOMER)),
        rows(Metric.LOST_UNKNOWN, _PERSON, "e.ended_by IS NULL"),
        rows(Metric.TRANSFERRED, _PERSON, _TRANSFER),
    ),
    _EVERYWHERE,
    "e.employee_id",
)


def kept(after: Sequence[int] = KEPT_AFTER) -> Family:
    """Of the stays that began on a day, those that were still there after so many times 24 hours."""
    counts = []
    for n in after:
        stayed = f"(e.ended_at IS NULL OR {_TRANSFER} OR e.ended_at >= {days_after('e.began_at', n)})"
        counts.append(rows(Metric.KEPT, _PERSON, stayed, n))
    return dataclasses.replace(BEGUN, counts=tuple(counts), spans=(Span.DAY,))
