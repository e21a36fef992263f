"""Fold what changed in the record into the layer on top of the bitmaps."""

from django.db import transaction
from django.db.models import QuerySet
from pyroaring import BitMap

from core.time import now
from corps.models import Corp
from segments.bitmaps import changes, generations, layers, reading
from segments.bitmaps.layers import Layer
from segments.models import BitmapDelta, BitmapIndex

# Customers folded in one transaction.
BATCH = 2_000
# Layers that are joined into one when there are so many.
MANY = 32


# Durable: what a question within a transaction reads of a fold must not be rolled back with it.
@transaction.atomic(durable=True)
def fold(corp: Corp, *, batch: int = BATCH) -> int:
    """Fold the next changes. Two at once wait for each other at the index, and the second finds nothing to do.

    Returns: how many customers; fewer than ``batch`` when nothing is left.
    """
    index = BitmapIndex.objects.select_for_update().filter(corp=corp).first()
    if index is None or index.watermark is None or not generations.serves(index, corp):
        return 0
    known = changes.unpacked(index.recent)
    # First who changed, then what is true of them: who changes in between is found again.
    changed = changes.since(corp.pk, index.watermark, known, batch)
    if not changed:
        _follow_the_clock(index, known)
        return 0
    ids = sorted({ident for ident, _at in changed})
    _add(index, Layer(BitMap(ids), reading.read(corp.pk, corp.zone, {"in": ids})))
    index.watermark = changes.advanced(index.watermark, changed)
    index.recent = changes.packed(known | set(changed), index.watermark)
    index.folded_at = now()
    index.save(update_fields=["number", "watermark", "recent", "folded_at"])
    return len(changed)


def _follow_the_clock(index: BitmapIndex, known: frozenset[changes.Change]) -> None:
    assert index.watermark
    if (watermark := changes.idle(index.watermark)) != index.watermark:
        index.watermark, index.recent = watermark, changes.packed(known, watermark)
        index.save(update_fields=["watermark", "recent"])


def _add(index: BitmapIndex, layer: Layer) -> None:
    index.number += 1
    rows, first = above(index), index.number
    if rows.count() >= MANY:
        first = rows[0].first
        layer = layers.merged([*(layers.unpacked(bytes(row.data)) for row in rows), layer])
        rows.delete()
    BitmapDelta.objects.create(
        corp_id=index.corp_id, first=first, number=index.number, customers=len(layer.changed), data=layer.packed()
    )


def above(index: BitmapIndex) -> QuerySet[BitmapDelta]:
    """The layers on top of the bitmaps, the oldest first."""
    return BitmapDelta.objects.filter(corp=index.corp_id, number__gt=index.base_number).order_by("number")
