"""The same change of tags for many rows, each for itself, with a result for each."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from core import bulk


class Change(Protocol):
    """What one act did: ids of tags."""

    added: list[int]
    removed: list[int]


def each(ids: Sequence[int], name: str, change: Callable[[int], Change]) -> list[dict[str, Any]]:
    """``core.bulk.each`` of a rule that changes tags: the results have ``added`` and ``removed``."""

    def act(ident: int) -> bulk.Done:
        done = change(ident)
        return bool(done.added or done.removed), {"added": done.added, "removed": done.removed}

    return bulk.each(ids, name, act, refused={"added": [], "removed": []})
