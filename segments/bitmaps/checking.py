"""Compare bitmaps with the record: of some customers, drawn by chance, everything that is held of them."""

import random

import structlog
from django.db.models import Max, Min
from pyroaring import BitMap

from core.time import now
from corps.models import Corp
from customers.models import Customer
from segments.bitmaps import changes, generations, holding, reading
from segments.bitmaps.packing import Maps
from segments.models import BitmapIndex

SAMPLE = 1_000
_AT_ONCE = 200
_log = structlog.get_logger("scrm.bitmaps")


def check(corp: Corp, *, sample: int = SAMPLE) -> int | None:
    """Compare, and have the bitmaps answer no more if anything is wrong; they are then built anew.

    Returns: how many of the customers were not as the record has them; None where there are no bitmaps.
    """
    index = BitmapIndex.objects.filter(corp=corp).exclude(generation=0).first()
    if index is None:
        return None
    held = holding.first(index)
    ids = _drawn(corp.pk, sample)
    wrong = _different(held, reading.read(corp.pk, corp.zone, {"in": list(ids)}), ids)
    # Who changed meanwhile was compared with something else.
    wrong -= BitMap(ident for ident, _at in changes.since(corp.pk, held.watermark, held.known, changes.RECENT))
    if wrong:
        _log.error("bitmaps_wrong", corp=corp.pk, customers=len(wrong), first=list(wrong[:10]))
        generations.discard(corp.pk, wrong=len(wrong))
    BitmapIndex.objects.filter(corp=corp).update(checked_at=now())
    return len(wrong)


def _drawn(corp_id: int, most: int) -> BitMap:
    """Customers by chance, deleted ones too: from some places of their ids, each with those that follow."""
    rows = Customer.objects.of_corp(corp_id).order_by("pk").values_list("pk", flat=True)
    ends = rows.aggregate(first=Min("pk"), last=Max("pk"))
    found = BitMap()
    for _n in range(10 if ends["first"] else 0):
        place = random.randint(ends["first"], ends["last"])  # noqa: S311
        found.update(rows.filter(pk__gte=place)[: most // 10 or 1])
    return found


def _different(held: holding.Held, fresh: Maps, ids: BitMap) -> BitMap:
    names, wrong = sorted({*held.names, *fresh}), BitMap()
    for at in range(0, len(names), _AT_ONCE):
        for name, found in held.atoms(names[at : at + _AT_ONCE]).items():
            wrong |= (found & ids) ^ fresh.get(name, BitMap())
    return wrong
