"""Write the bitmaps anew with what lies on top of them, once that has become much."""

from django.db.models import Sum

from corps.models import Corp
from segments.bitmaps import folding, generations, layers
from segments.bitmaps.atoms import ALL
from segments.bitmaps.layers import Layer
from segments.bitmaps.packing import Maps, loaded
from segments.models import Bitmap, BitmapIndex

# Of the customers: the cost of writing all bitmaps is so spread over that many changes, however many there are.
SHARE, LEAST = 50, 5_000
_AT_ONCE = 200


def due(corp: Corp) -> bool:
    """Whether so many have changed since they were written."""
    index = BitmapIndex.objects.filter(corp=corp).first()
    if index is None or not generations.serves(index, corp):
        return False
    changed = folding.above(index).aggregate(n=Sum("customers"))["n"] or 0
    return changed >= max(LEAST, index.customers // SHARE)


def compact(corp: Corp) -> bool:
    """Write a generation from the present one and its layers. Returns whether it was put in place."""
    writer = generations.claim(corp)
    if writer is None:
        return False
    index = BitmapIndex.objects.get(corp=corp)
    top, customers = _top(index), 0
    names = sorted({*generations.atoms_of(corp.pk, index.generation), *top.maps} - {generations.END})
    for at in range(0, len(names), _AT_ONCE):
        maps = _over(index, top, names[at : at + _AT_ONCE])
        customers += len(maps.get(ALL, ()))
        generations.store(writer, maps)
    return generations.put_in_place(writer, customers=customers, instead_of=index.generation)


def _top(index: BitmapIndex) -> Layer:
    return layers.merged(layers.unpacked(bytes(row.data)) for row in folding.above(index))


def _over(index: BitmapIndex, top: Layer, names: list[str]) -> Maps:
    """These bitmaps with the layer on top; none that is empty but that of everybody."""
    rows = Bitmap.objects.filter(corp=index.corp_id, generation=index.generation, atom__in=names)
    below = {row.atom: loaded(row.data) for row in rows}
    maps = {name: top.over(name, below.get(name, loaded(b""))) for name in names}
    return {name: ids for name, ids in maps.items() if ids or name == ALL}
