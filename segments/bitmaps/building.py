"""Build all bitmaps of a company from the record."""

from collections.abc import Iterator

import structlog
from django.db.models import Max, Min
from pyroaring import BitMap

from core.failpoints import failpoint
from corps.models import Corp
from customers.models import Customer
from segments.bitmaps import generations, reading
from segments.bitmaps.atoms import ALL
from segments.bitmaps.packing import Maps

# Customers read at once: the memory of a build is its bitmaps and this many rows.
SPAN = 20_000
_STORED = 200
_log = structlog.get_logger("scrm.bitmaps")


def build(corp: Corp) -> bool:
    """Write a generation of bitmaps from the record and have it answer. May be run at any time, and killed.

    Returns: whether it was put in place; not while somebody else writes one.
    """
    writer = generations.claim(corp)
    if writer is None:
        return False
    maps: Maps = {ALL: BitMap()}
    for low, high in _spans(corp.pk):
        for atom, ids in reading.read(corp.pk, corp.zone, {"gt": low, "lte": high}).items():
            # In place: nobody else has these yet, and copies of ten million customers would be what a build takes.
            maps.setdefault(atom, BitMap()).update(ids)
        generations.stay(writer)
    failpoint("bitmaps.read")
    customers, names = len(maps[ALL]), sorted(maps)
    for at in range(0, len(names), _STORED):
        generations.store(writer, {name: maps.pop(name) for name in names[at : at + _STORED]})
    took = generations.put_in_place(writer, customers=customers)
    _log.info("bitmaps_built", corp=corp.pk, customers=customers, size=writer.size, took=took)
    return took


def _spans(corp_id: int) -> Iterator[tuple[int, int]]:
    """Ranges of ids that hold all customers there are now. Who comes later has changed later."""
    found = Customer.objects.of_corp(corp_id).aggregate(first=Min("pk"), last=Max("pk"))
    if found["first"] is not None:
        for low in range(found["first"] - 1, found["last"], SPAN):
            yield low, min(low + SPAN, found["last"])
