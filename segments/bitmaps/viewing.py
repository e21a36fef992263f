"""The bitmaps as one question sees them."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from django.db import connection
from pyroaring import BitMap

from segments.bitmaps.memory import Present
from segments.fields.field import Asking
from tags.heirs import heirs

# Of so few, each bitmap is asked for these alone before they are put together.
FEW = 1_000


class View:
    """
    Attributes:
        among: whose answers count just now; of others they may be wrong.
    """

    def __init__(self, present: Present, asking: Asking) -> None:
        self.held, self.asking = present.held, asking
        self.among: BitMap | None = None
        self._catalogue = present.catalogue

    def atom(self, name: str) -> BitMap:
        return self.held.atoms([name])[name]

    def union(self, names: Iterable[str]) -> BitMap:
        found = list(self.held.atoms(names).values())
        if len(found) < 2:
            # As it is held, not a copy: nobody changes it.
            return found[0] if found else BitMap()
        if self.among is not None and len(self.among) <= FEW:
            found = [self.among & ids for ids in found]
        return BitMap.union(*found)

    def living(self, tags: Collection[int]) -> Mapping[int, int]:
        """``heirs``, remembered for as long as the catalogue says that none of its tags has gone or come back.

        Not within a transaction: what is seen there may never come to be.
        """
        if connection.in_atomic_block:
            return heirs(self.asking.corp_id, tags)
        return _heirs(self.asking.corp_id, self._catalogue, frozenset(tags))


@lru_cache(maxsize=1024)
def _heirs(corp_id: int, _catalogue: int, tags: frozenset[int]) -> Mapping[int, int]:
    return heirs(corp_id, tags)
