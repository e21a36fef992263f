"""Take a merge back: everything that it did, and nothing that was done since."""

from typing import Any

from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from customers import events, history, lifecycle
from customers.choices import CustomerStatus
from customers.merging.merging import held, lives, mark, turn
from customers.merging.wording import learn
from customers.models import Customer, CustomerMerge, DuplicatePair, MergeMember


@atomic
def undo(*, merge: CustomerMerge, by: Actor, source: str) -> CustomerMerge:
    """Bring the merged records back as they were, take from the kept one what it was given, and record
    ``customer.unmerged`` for each. Twice is once.

    What somebody has changed since stays; ``left`` names it.
    """
    row = lock(merge)
    if row.undone_at:
        return row
    people = Customer.objects.in_bulk([row.kept_id, *row.other_ids])
    kept, others = held(people[row.kept_id], [people[one] for one in row.other_ids])
    given, row.left = _given(row, kept)
    lifecycle.apply(kept, given, by=by, source=source)
    _part(kept, others)
    learn(kept)
    hidden = [(other, {"status": other.status}) for other in others]
    for other in others:
        other.status, other.merged_into_id = _status(other, row.before[str(other.pk)]), None
        turn(other)
    history.of_customers(hidden, by=by, source=source)
    for pk, state in row.pairs:
        DuplicatePair.objects.filter(pk=pk).update(state=state)
    row.undone_at, row.undone_by = now(), by.label
    row.save(update_fields=["undone_at", "undone_by", "left"])
    lifecycle.bump(kept)
    events.unmerged([kept, *others], merge=row, by=by, source=source)
    return row


def _given(merge: CustomerMerge, kept: Customer) -> tuple[dict[str, Any], list[str]]:
    """What of the filled in is still as it was filled in, as it was before; and what isn't."""
    same = {c: mark(getattr(kept, c)) == left for c, (_before, left) in merge.filled.items()}
    return {c: merge.filled[c][0] for c in same if same[c]}, [c for c in same if not same[c]]


def _status(row: Customer, before: dict[str, Any]) -> int:
    # The mirror has gone on with its relations meanwhile: whoever was lost or won since then is so now.
    living = lives(row)
    if living == before["living"]:
        return int(before["status"])
    return int(CustomerStatus.NORMAL if living else CustomerStatus.LOST)


def _part(kept: Customer, others: list[Customer]) -> None:
    members = MergeMember.objects.filter(kept=kept)
    members.filter(customer__in=others).delete()
    if not members.exclude(customer=kept).exists():
        members.delete()
