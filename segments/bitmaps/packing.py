"""Several named bitmaps as one string of bytes, and back."""

from collections.abc import Mapping

import orjson
from pyroaring import BitMap

Maps = dict[str, BitMap]
_HEAD = 4


def loaded(data: bytes | memoryview) -> BitMap:
    """One bitmap as a column holds it; nothing is an empty one."""
    return BitMap.deserialize(bytes(data)) if data else BitMap()


def pack(maps: Mapping[str, BitMap]) -> bytes:
    """Names and lengths first, then the bitmaps one behind the other."""
    parts = {name: ids.serialize() for name, ids in maps.items()}
    head = orjson.dumps([[name, len(part)] for name, part in parts.items()])
    return b"".join([len(head).to_bytes(_HEAD, "big"), head, *parts.values()])


def unpack(data: bytes) -> Maps:
    """What ``pack`` was given."""
    at = _HEAD + int.from_bytes(data[:_HEAD], "big")
    maps: Maps = {}
    for name, length in orjson.loads(data[_HEAD:at]):
        maps[name] = BitMap.deserialize(data[at : at + length])
        at += length
    return maps
