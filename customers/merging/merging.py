"""Merge records that are one person's, so that it can be undone."""

import hashlib
from collections.abc import Sequence
from typing import Any

from core import rows
from core.locks import lock
from core.transactions import atomic
from corps.actors import Actor
from customers import events, history, lifecycle, search
from customers.choices import CustomerStatus, PairState, RelationStatus
from customers.merging.checking import check
from customers.merging.planning import takes
from customers.merging.wording import learn
from customers.models import Customer, CustomerMerge, DuplicatePair, FollowRelation, MergeMember


@atomic
def merge(*, kept: Customer, others: Sequence[Customer], by: Actor, source: str) -> CustomerMerge:
    """Let ``kept`` stand for the others: they are hidden as the deleted are and say where they went; what they have
    stays theirs. What the kept one lacks of the person it takes from them. Records ``customer.merged`` for each.

    Raises: as ``checking.check``.
    """
    kept, others = held(kept, others)
    check(kept, others)
    found = takes(kept, others)
    fields = {column: getattr(row, column) for column, row in found.items()}
    merged = CustomerMerge(
        corp_id=kept.corp_id, kept=kept, other_ids=[row.pk for row in others], source=source, actor=by.label
    )
    merged.filled = {column: [getattr(kept, column), mark(value)] for column, value in fields.items()}
    merged.before = {str(row.pk): {"status": row.status, "living": lives(row)} for row in others}
    merged.pairs = _settled_pairs(kept, others)
    merged.save(force_insert=True)
    lifecycle.apply(kept, fields, by=by, source=source)
    _join(kept, others)
    learn(kept)
    before = [(row, {"status": row.status}) for row in others]
    for row in others:
        row.status, row.merged_into_id = CustomerStatus.DELETED, kept.pk
        turn(row)
    history.of_customers(before, by=by, source=source)
    lifecycle.bump(kept)
    events.merged([kept, *others], merge=merged, by=by, source=source)
    return merged


def held(kept: Customer, others: Sequence[Customer]) -> tuple[Customer, list[Customer]]:
    """The same, locked in the order of their ids and read after that."""
    found = {row.pk: lock(row) for row in sorted({kept, *others}, key=lambda row: row.pk)}
    return found[kept.pk], [found[row.pk] for row in others]


def turn(row: Customer) -> None:
    """Store a (locked) record that has just been hidden or has come back."""
    search.turn(row)
    row.version += 1
    rows.update(row, ["status", "merged_into_id", "version", "update_time"])


def lives(row: Customer) -> bool:
    """Whether anybody follows it."""
    return FollowRelation.objects.filter(customer=row, status=RelationStatus.ACTIVE).exists()


def mark(value: Any) -> str:
    """By which a value is known again, without writing it down."""
    return hashlib.blake2b(str(value).encode(), digest_size=12).hexdigest()


def _join(kept: Customer, others: Sequence[Customer]) -> None:
    members = [MergeMember(corp_id=kept.corp_id, kept=kept, customer=row) for row in (kept, *others)]
    # The kept one may have others already.
    MergeMember.objects.bulk_create(members, ignore_conflicts=True)


def _settled_pairs(kept: Customer, others: Sequence[Customer]) -> list[list[Any]]:
    """Mark the candidates among these as merged. Returns how they stood."""
    ids = [kept.pk, *(row.pk for row in others)]
    pairs = DuplicatePair.objects.filter(first_id__in=ids, second_id__in=ids).exclude(state=PairState.MERGED)
    found = list(pairs.select_for_update().order_by("pk").values_list("pk", "state"))
    DuplicatePair.objects.filter(pk__in=[pk for pk, _state in found]).update(state=PairState.MERGED)
    return [[pk, state] for pk, state in found]
