"""From equal keys to pairs of customers."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import combinations
from typing import Any

from django.db.models import Count

from core.sql import rewrite
from core.time import now
from customers.choices import PairState, Reason
from customers.duplicates.reasons import reason_of
from customers.models import CustomerKey, DuplicatePair, SharedKey

# A number of more people than this says nothing of any two of them.
MOST_PEOPLE = 8

# (lower id, higher id) → the sum of the reasons.
Found = dict[tuple[int, int], int]


def pairs_by(corp_id: int, keys: Collection[int]) -> Found:
    """The pairs that meet in one of these keys. Keys of too many people are flagged and give none."""
    people: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    rows = CustomerKey.objects.of_corp(corp_id).filter(key__in=_telling(corp_id, keys))
    for key, customer, kind in rows.order_by().values_list("key", "customer_id", "kind"):
        people[key][customer].add(kind)
    found: Found = defaultdict(int)
    for holders in people.values():
        for first, second in combinations(sorted(holders), 2):
            found[first, second] |= reason_of(holders[first], holders[second])
    return found


def _telling(corp_id: int, keys: Collection[int]) -> list[int]:
    shared = SharedKey.objects.of_corp(corp_id).filter(key__in=keys).values_list("key", flat=True)
    # What is known to be everybody's is counted once a night, not at each change of somebody who has it.
    asked = set(keys) - set(shared)
    held = counted(corp_id, asked)
    flag(corp_id, {key: people for key, people in held.items() if people > MOST_PEOPLE})
    return [key for key, people in held.items() if people <= MOST_PEOPLE]


def counted(corp_id: int, keys: Collection[int]) -> dict[int, int]:
    """Key → customers, of those that more than one has."""
    rows = CustomerKey.objects.of_corp(corp_id).filter(key__in=keys).order_by().values_list("key")
    return dict(rows.annotate(people=Count("customer_id", distinct=True)).filter(people__gt=1))


def flag(corp_id: int, people: dict[int, int]) -> None:
    """Note that these keys have so many customers."""
    rows = [SharedKey(corp_id=corp_id, key=key, people=number, seen_at=now()) for key, number in people.items()]
    SharedKey.objects.bulk_create(rows, ignore_conflicts=True)


def store(corp_id: int, found: Found, *, whole_of: Collection[int] = ()) -> None:
    """Keep the pairs: new ones open, and a dismissed one again where there is a reason that nobody has dismissed;
    a name is none.

    Args:
        whole_of: customers of whom ``found`` has every pair: open ones of theirs that it lacks are over.
    """
    stood = _standing(found, whole_of)
    changed = [row for pair, row in stood.items() if _follow(row, found.get(pair, 0), whole_of)]
    gone = [row.pk for row in changed if not row.reasons]
    DuplicatePair.objects.filter(pk__in=gone).delete()
    rewrite([row for row in changed if row.reasons], ["reasons", "state"])
    fresh = sorted(found.keys() - stood.keys())
    rows = [DuplicatePair(corp_id=corp_id, first_id=a, second_id=b, reasons=found[a, b]) for a, b in fresh]
    DuplicatePair.objects.bulk_create(rows, ignore_conflicts=True)


def _standing(found: Iterable[tuple[int, int]], whole_of: Collection[int]) -> dict[tuple[int, int], DuplicatePair]:
    pairs = set(found)
    ids = {first for first, _second in pairs}
    sides: list[dict[str, Any]] = [{"first_id__in": [*ids, *whole_of]}, {"second_id__in": whole_of}]
    held: dict[tuple[int, int], DuplicatePair] = {}
    for side in sides:
        for row in DuplicatePair.objects.filter(**side).order_by("pk").select_for_update():
            held[row.first_id, row.second_id] = row
    return {pair: row for pair, row in held.items() if pair in pairs or not set(pair).isdisjoint(whole_of)}


def _follow(row: DuplicatePair, bits: int, whole_of: Collection[int]) -> bool:
    """Bring a pair into step with what was found of it. Returns whether anything is to be stored."""
    before = (row.reasons, row.state)
    whole = row.first_id in whole_of or row.second_id in whole_of
    if row.state == PairState.OPEN:
        row.reasons = bits if whole else row.reasons | bits
    elif row.state == PairState.DISMISSED and bits & ~row.dismissed & ~Reason.NAMED:
        row.reasons, row.state = bits, PairState.OPEN
    return before != (row.reasons, row.state)
