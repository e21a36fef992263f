"""What a merge would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from customers.choices import Gender, RelationStatus
from customers.lifecycle import WRITABLE
from customers.merging.checking import check
from customers.models import Customer, CustomerTag, DuplicatePair, FollowRelation

# Facts of the person that the kept record takes over where it has none. All else stays with the record it is of.
FILLED = ("name", "avatar", "gender", "unionid", "mobile", "province", "city")


@dataclass(frozen=True, slots=True)
class Side:
    """What one record has."""

    customer: Customer
    followers: int
    tags: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Attributes:
    sides: the kept record first.
    takes: column → the record it is taken from, of what the kept one lacks.
    stays: column → the records whose own value isn't the kept one's; they keep it.
    reasons: the sum of the reasons found between any two of them.
    """

    sides: list[Side]
    takes: dict[str, Customer]
    stays: dict[str, list[int]]
    reasons: int


def plan(*, kept: Customer, others: Sequence[Customer]) -> Plan:
    """What merging these would do now; nothing is written. Refuses as ``merge`` would."""
    check(kept, others)
    ids = [kept.pk, *(row.pk for row in others)]
    followers = _counted(FollowRelation.objects.filter(customer_id__in=ids, status=RelationStatus.ACTIVE))
    tags = _counted(CustomerTag.objects.filter(customer_id__in=ids, tag__deleted_at=None))
    sides = [Side(row, followers.get(row.pk, 0), tags.get(row.pk, 0)) for row in (kept, *others)]
    found = DuplicatePair.objects.filter(first_id__in=ids, second_id__in=ids).values_list("reasons", flat=True)
    reasons = 0
    for bits in found:
        reasons |= bits
    return Plan(sides, takes(kept, others), _stays(kept, others), reasons)


def takes(kept: Customer, others: Sequence[Customer]) -> dict[str, Customer]:
    """Column → the first of the others that has what the kept one lacks."""
    found: dict[str, Customer] = {}
    for column in FILLED:
        givers = [row for row in others if not blank(getattr(row, column))]
        if givers and blank(getattr(kept, column)):
            found[column] = givers[0]
    return found


def wire(columns: Sequence[str]) -> list[str]:
    """As the API calls them."""
    return [WRITABLE[column] for column in columns]


def blank(value: Any) -> bool:
    return value in (None, "", Gender.UNKNOWN)


def _stays(kept: Customer, others: Sequence[Customer]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for column in FILLED:
        mine = getattr(kept, column)
        own = [row.pk for row in others if not blank(getattr(row, column)) and getattr(row, column) != mine]
        if own and not blank(mine):
            found[column] = own
    return found


def _counted(rows: Any) -> dict[int, int]:
    return dict(rows.order_by().values_list("customer_id").annotate(Count("id")))
