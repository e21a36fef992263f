"""Once a night: all pairs by ranges of keys, whatever became of what should have found them."""

from core.transactions import atomic
from customers.duplicates import pairing
from customers.models import CustomerKey, SharedKey

BATCH = 2_000
_LEAST = -(2**63)


@atomic
def sweep(*, corp_id: int, after: int = _LEAST, most: int = BATCH) -> int | None:
    """Find the pairs in the next range of keys, and count anew how many have what too many had.

    Returns: the last key of the range; None after the last range.
    """
    rows = CustomerKey.objects.of_corp(corp_id).filter(key__gt=after).order_by("key")
    last = rows.values_list("key", flat=True)[most - 1 : most].first()
    shared = SharedKey.objects.of_corp(corp_id).filter(key__gt=after)
    if last is not None:
        rows, shared = rows.filter(key__lte=last), shared.filter(key__lte=last)
    shared.delete()
    # Distinct, and not the rows: of a key that everybody has it is one.
    keys = list(rows.values_list("key", flat=True).distinct())
    pairing.store(corp_id, pairing.pairs_by(corp_id, keys))
    return last
