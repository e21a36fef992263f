"""What a process has read of a company's bitmaps, at one fold."""

from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from pyroaring import BitMap

from segments.bitmaps import changes, generations, layers, packing
from segments.bitmaps.layers import Layer
from segments.models import Bitmap, BitmapDelta, BitmapIndex

_AT_ONCE = 500
# So many are remembered, of an eighth of a byte a customer each.
_SPANS = 16


class Gone(Exception):
    """The bitmaps were written anew while they were read. Begin again."""


class Held:
    """The bitmaps at one fold. Threads share it: what it reads once stays, and no bitmap is ever changed in place.

    Attributes:
        watermark, known: of what changed later, as changes.py wants them.
        size: bytes that what was read so far takes.
    """

    def __init__(self, index: BitmapIndex, top: Layer, before: "Held | None" = None) -> None:
        self.corp_id, self.generation, self.base_number = index.corp_id, index.generation, index.base_number
        self.number, self.zone = index.number, index.zone
        assert index.watermark
        # As a plain statement gives it.
        self.stands = (index.generation, index.number, index.watermark.replace(tzinfo=None))
        self.watermark, self.known = index.watermark, changes.unpacked(index.recent)
        self.size: int = before.size if before else 0
        self._top = top
        self._below: packing.Maps = before._below if before else {}
        self._names: set[str] = before._names if before else set()
        self._found: packing.Maps = {}
        self._spans: packing.Maps = {}

    def atoms(self, names: Iterable[str]) -> packing.Maps:
        """These bitmaps, with what was folded since they were written. Raises Gone."""
        wanted = list(names)
        missing = [name for name in wanted if name not in self._found]
        if unread := [name for name in missing if name not in self._below]:
            self._read(unread)
        for name in missing:
            self._found[name] = self._top.over(name, self._below[name])
        return {name: self._found[name] for name in wanted}

    def span(self, first: str, last: str) -> BitMap:
        """Whoever is in one of the atoms from ``first`` on and before ``last``, by name. Raises Gone.

        The last days are what is asked for again and again, and to put ninety of them together is most of a question.
        """
        key = f"{first}~{last}"
        if (found := self._spans.get(key)) is None:
            names = self.names[bisect_left(self.names, first) : bisect_left(self.names, last)]
            found = BitMap.union(*self.atoms(names).values()) if names else BitMap()
            if len(self._spans) >= _SPANS:
                self._spans = {}
            self._spans[key] = found
        return found

    @cached_property
    def names(self) -> list[str]:
        """Of all atoms there are, in order. Raises Gone."""
        self._names = self._names or generations.atoms_of(self.corp_id, self.generation)
        if generations.END not in self._names:
            raise Gone
        return sorted({*self._names, *self._top.maps} - {generations.END})

    def at(self, index: BitmapIndex) -> "Held":
        """The bitmaps at a later fold; what was read is kept as far as it holds. Raises Gone."""
        if (index.generation, index.base_number) != (self.generation, self.base_number):
            return first(index)
        return Held(index, layers.merged([self._top, *_folds(index, self.number)]), self)

    def _read(self, names: list[str]) -> None:
        rows = Bitmap.objects.filter(corp=self.corp_id, generation=self.generation)
        for at in range(0, len(names), _AT_ONCE):
            some = names[at : at + _AT_ONCE]
            found = dict(rows.filter(atom__in=[*some, generations.END]).values_list("atom", "data"))
            # One statement sees one state: as its end is there, the whole generation was.
            if generations.END not in found:
                raise Gone
            # As it was read, and once more with what lies on top.
            self.size += 2 * sum(map(len, found.values()))
            self._below.update({name: packing.loaded(found.get(name, b"")) for name in some})


def first(index: BitmapIndex) -> Held:
    """For a process that knows nothing of them yet. Raises Gone."""
    return Held(index, layers.merged(_folds(index, index.base_number)))


def _folds(index: BitmapIndex, after: int) -> list[Layer]:
    """The layers behind a fold, up to where the index stands or further. Raises Gone: one of them is not there."""
    rows = list(BitmapDelta.objects.filter(corp=index.corp_id, number__gt=after).order_by("number"))
    for row in rows:
        if row.first > after + 1:
            raise Gone
        after = row.number
    if after < index.number:
        raise Gone
    return [layers.unpacked(bytes(row.data)) for row in rows]
