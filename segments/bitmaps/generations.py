"""Generations: a whole set of a company's bitmaps, written beside the one that answers and put into its place at once.

Whoever is killed while writing leaves rows that nobody reads, and that the next one deletes.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q

from core.failpoints import failpoint
from core.time import now
from corps.models import Corp
from customers.models import Customer
from segments.bitmaps import changes
from segments.bitmaps.atoms import FORM
from segments.bitmaps.packing import Maps
from segments.models import Bitmap, BitmapDelta, BitmapIndex

# The row that ends a generation: who reads bitmaps together with it reads them of a whole one.
END = "."
# How long a writer may be silent before somebody else may begin.
LEASE = dt.timedelta(minutes=5)
_DELETED_AT_ONCE = 500
_STORED_AT_ONCE = 100


@dataclass(slots=True)
class Claim:
    """One writer's own generation, and how things stood when it began.

    Attributes:
        number: the last fold that what is written will include.
        watermark: the last change that was there already, for who begins anew; long after it, a time near the clock.
    """

    corp: Corp
    generation: int
    number: int
    watermark: dt.datetime
    size: int = 0


def claim(corp: Corp) -> Claim | None:
    """Begin a generation; None while somebody else writes one."""
    moment = now()
    BitmapIndex.objects.get_or_create(corp=corp)
    free = BitmapIndex.objects.filter(Q(busy_until=None) | Q(busy_until__lt=moment), corp=corp)
    if not free.update(claimed=F("claimed") + 1, busy_until=moment + LEASE):
        return None
    index = BitmapIndex.objects.get(corp=corp)
    last = Customer.objects.of_corp(corp.pk).aggregate(at=Max("update_time"))["at"]
    return Claim(corp, index.claimed, index.number, changes.idle(min(last or moment, moment)))


def store(writer: Claim, maps: Maps) -> None:
    """Write bitmaps of it, some at a time, and stay its writer."""
    rows = [_row(writer, atom, ids.serialize()) for atom, ids in maps.items()]
    Bitmap.objects.bulk_create(rows, batch_size=_STORED_AT_ONCE)
    writer.size += sum(len(row.data) for row in rows)
    stay(writer)


def stay(writer: Claim) -> None:
    """Say that one is still writing."""
    BitmapIndex.objects.filter(corp=writer.corp, claimed=writer.generation).update(busy_until=now() + LEASE)


def put_in_place(writer: Claim, *, customers: int, instead_of: int | None = None) -> bool:
    """Have it answer from now on, with the folds since it was begun on top of it.

    Args:
        instead_of: the generation that it was made from, where it wasn't from the record: only that one gives way.

    Returns: whether it does; a later one may have been faster.
    """
    Bitmap.objects.bulk_create([_row(writer, END, b"")])
    failpoint("bitmaps.written")
    took = _flip(writer, customers, instead_of)
    _forget_others(writer.corp)
    return took


@transaction.atomic(durable=True)
def _flip(writer: Claim, customers: int, instead_of: int | None) -> bool:
    index = BitmapIndex.objects.select_for_update().get(corp=writer.corp)
    if index.claimed == writer.generation:
        index.busy_until = None
    took = index.generation < writer.generation and instead_of in (None, index.generation)
    if took:
        if not serves(index, writer.corp):
            # Nothing that was folded can be gone on with.
            index.base_number, index.watermark, index.recent = index.number, writer.watermark, b""
        else:
            index.base_number = writer.number
        index.generation, index.form, index.zone = writer.generation, FORM, writer.corp.time_zone
        index.customers, index.size, index.built_at, index.wrong = customers, writer.size, now(), 0
    index.save()
    return took


def serves(index: BitmapIndex, corp: Corp) -> bool:
    """Whether these bitmaps answer: built, by this release, for the company's present days."""
    return bool(index.generation) and (index.form, index.zone) == (FORM, corp.time_zone)


def discard(corp_id: int, *, wrong: int = 0) -> None:
    """Have nothing answer but the record, until the bitmaps are built anew."""
    BitmapIndex.objects.filter(corp=corp_id).update(generation=0, wrong=wrong)


def _row(writer: Claim, atom: str, data: bytes) -> Bitmap:
    return Bitmap(corp_id=writer.corp.pk, generation=writer.generation, atom=atom, data=data)


def _forget_others(corp: Corp) -> None:
    """Delete the generations before the one that answers, its end first, and the folds that are in it."""
    index = BitmapIndex.objects.get(corp=corp)
    old = Bitmap.objects.filter(corp=corp, generation__lt=index.generation)
    old.filter(atom=END).delete()
    _delete(old)
    BitmapDelta.objects.filter(corp=corp, number__lte=index.base_number).delete()


def _delete(rows: Any) -> None:
    while some := list(rows.values_list("pk", flat=True)[:_DELETED_AT_ONCE]):
        Bitmap.objects.filter(pk__in=some).delete()


def atoms_of(corp_id: int, generation: int) -> set[str]:
    """The names of its bitmaps, and its end."""
    return set(Bitmap.objects.filter(corp_id=corp_id, generation=generation).values_list("atom", flat=True))
