"""The members of a segment and everybody, as sets of ids, and what is true of them."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from pyroaring import BitMap

from core.time import now
from corps.actors import Actor
from corps.models import Corp
from corps.querysets import owns_narrowly
from customers.models import Customer
from segments.bitmaps import atoms, reading
from segments.bitmaps.holding import Held
from segments.bitmaps.packing import Maps
from segments.models import Segment, SegmentStay

# Where there are no bitmaps, the newest so many customers stand for all: read within a second or two.
SAMPLE = 50_000
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Crowd:
    """Attributes:
    members, whole: those of each whom the reader may see.
    sampled: whether both are the newest customers alone.
    """

    members: BitMap
    whole: BitMap
    zone: ZoneInfo
    as_of: dt.datetime
    sampled: bool
    _maps: "Held | Maps"

    def values(self, name: str) -> Iterator[tuple[str, int, int]]:
        """What stands in a field: each value, how many members have it, and how many of all. Raises Gone."""
        for atom, ids in self._found(f"{name}="):
            counted = ids.intersection_cardinality(self.whole)
            yield atom[len(name) + 1 : -1], ids.intersection_cardinality(self.members), counted

    def _found(self, prefix: str) -> Iterator[tuple[str, BitMap]]:
        if not isinstance(self._maps, Held):
            yield from ((atom, ids) for atom, ids in self._maps.items() if atom.startswith(prefix))
            return
        names = self._maps.names
        mine = list(takewhile(lambda name: name.startswith(prefix), names[bisect_left(names, prefix) :]))
        for at in range(0, len(mine), _AT_ONCE):
            yield from self._maps.atoms(mine[at : at + _AT_ONCE]).items()


def of(segment: Segment, actor: Actor, held: Held | None) -> Crowd:
    """The crowd of a segment with its standing, as far as the actor may see it.

    Args:
        held: the company's bitmaps; without them the newest customers are read. Raises Gone where it is given.
    """
    corp, run, behind = segment.corp, segment.standing.run, 0  # type: ignore[attr-defined]
    if held is None:
        behind = _behind(corp)
        read = reading.read(corp.pk, corp.zone, {"gt": behind})
    else:
        read = held.atoms([atoms.ALL])
    whole = read[atoms.ALL]
    if owns_narrowly(actor):
        whole = whole & _ids(Customer.objects.of_corp(corp.pk).visible_to(actor), "pk")
    members = _ids(SegmentStay.objects.of_segment(segment.pk).present(run), "customer_id") & whole
    return Crowd(members, whole, corp.zone, held.watermark if held else now(), behind > 0, held or read)


def _ids(rows: Any, column: str) -> BitMap:
    return BitMap(rows.order_by().values_list(column, flat=True))


def _behind(corp: Corp) -> int:
    """The newest customer who is no longer among the newest ``SAMPLE``; 0 where there is none."""
    ids = Customer.objects.of_corp(corp.pk).alive().order_by("-pk").values_list("pk", flat=True)
    return next(iter(ids[SAMPLE : SAMPLE + 1]), 0)
