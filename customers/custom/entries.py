"""What a field of files holds: id, name and size of each, so that lists and the history tell them without a look."""

import json
from typing import Any, Self

MOST_FILES = 9


class Entries(tuple[tuple[int, str, int], ...]):
    """(id, name, bytes) of each, by id."""

    __slots__ = ()

    @classmethod
    def of(cls, stored: str | None) -> Self:
        """What a value holds; nothing of None."""
        return cls((one[0], one[1], one[2]) for one in json.loads(stored)) if stored else cls()

    def stored(self) -> str:
        return json.dumps(sorted(self), ensure_ascii=False, separators=(",", ":"))

    def told(self) -> list[dict[str, Any]]:
        """As the wire has them."""
        return [{"id": pk, "name": name, "size": size} for pk, name, size in self]

    @property
    def ids(self) -> set[int]:
        return {pk for pk, _name, _size in self}

    def among(self, ids: set[int]) -> Self:
        """Those of these ids."""
        return type(self)(one for one in self if one[0] in ids)
