"""What was folded lies on top of the bitmaps as a layer: who changed, and which atoms are true of them now.

Of a customer in the layer nothing counts that the bitmaps below say, so nobody has to know what was true before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyroaring import BitMap

from segments.bitmaps import packing
from segments.bitmaps.packing import Maps

# The name that who changed has among the bitmaps of a packed layer.
_CHANGED = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """Never changed once it is made, so that threads may share it."""

    changed: BitMap = field(default_factory=BitMap)
    maps: Maps = field(default_factory=dict)

    def over(self, atom: str, below: BitMap) -> BitMap:
        """The atom, given what the bitmaps below say."""
        if not self.changed:
            return below
        above = self.maps.get(atom)
        return (below - self.changed) | above if above else below - self.changed

    def packed(self) -> bytes:
        return packing.pack({_CHANGED: self.changed, **self.maps})


def unpacked(data: bytes) -> Layer:
    maps = packing.unpack(data)
    return Layer(maps.pop(_CHANGED), maps)


def merged(layers: Iterable[Layer]) -> Layer:
    """Layers that lie on each other, the oldest first, as one. Gone through from the top: what is covered is left."""
    changed, found = BitMap(), dict[str, list[BitMap]]()
    for layer in reversed(list(layers)):
        for atom, ids in layer.maps.items():
            if seen := ids - changed:
                found.setdefault(atom, []).append(seen)
        changed |= layer.changed
    return Layer(changed, {atom: BitMap.union(*parts) for atom, parts in found.items()})
