"""Make the entries of timelines anew that the record tells of and that are not there, some customers at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.retry import atomic_retry
from core.time import now
from customers.models import Customer
from followups.choices import EntryKind
from followups.models import TimelineEntry
from followups.timeline.overlap import LATE, Known, name_of
from insights.timeline.record import WITNESSES, Made

# Their rows are locked while theirs is looked through, one table after the other.
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: all customers up to ``last`` are done."""

    last: int
    customers: int
    added: int


def rebuild(*, corp_id: int | None = None, after: int = 0) -> Iterator[Progress]:
    """Look through the customers behind ``after`` in the order of their ids, and yield after each piece, which stands.

    What a second run finds told adds nothing. The last hour is left to the events of it, where they and the record
    know no common name.
    """
    rows = Customer.objects.of_corp(corp_id) if corp_id else Customer.objects.all()
    seen = added = 0
    while ids := list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        added += atomic_retry(tell)(ids)
        seen, after = seen + len(ids), ids[-1]
        yield Progress(after, seen, added)


def tell(ids: Sequence[int]) -> int:
    """Add what of these customers isn't told. Returns how many entries."""
    # Whoever notes a late event of one of them waits, and finds what is made here.
    list(Customer.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))
    return sum(_told_by(witness, kinds, ids) for witness, kinds in WITNESSES.items())


def _told_by(witness: Callable[[Sequence[int]], Iterator[Made]], kinds: Sequence[EntryKind], ids: Sequence[int]) -> int:
    settled = now() - LATE
    found = [one for one in witness(ids) if name_of(one.entry) or one.entry.at < settled]
    if not found:
        return 0
    told = TimelineEntry.objects.filter(customer_id__in={one.entry.customer_id for one in found}, kind__in=kinds)
    known = Known(told.order_by("pk"))
    fresh = [one.entry for one in found if _untold(one, known)]
    TimelineEntry.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1_000)
    return len(fresh)


def _untold(one: Made, known: Known) -> bool:
    if known.told_between(one.entry, one.first, one.end):
        return False
    return known.untold(one.entry) is not None
