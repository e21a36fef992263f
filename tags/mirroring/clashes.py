"""One name, one living row: what to do where WeCom's names and those made here meet."""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from core.time import now
from tags.models import Tag, TagGroup
from tags.names import NAME_LENGTH

_Had = Callable[[Any], bool]


def settle(rows: Iterable[Tag | TagGroup], had_it: _Had) -> None:
    """Part the living rows of one group, or the living groups, that have one name.

    A tag that WeCom doesn't know is merged into the one it does. Of others one keeps the name, by preference the one
    that had it before, and the rest are numbered until WeCom tells another name.
    """
    living = [row for row in rows if row.deleted_at is None]
    names: dict[str, list[Tag | TagGroup]] = {}
    for row in living:
        names.setdefault(row.name, []).append(row)
    taken = set(names)
    for name, alike in names.items():
        if len(alike) > 1:
            _part(name, alike, had_it, taken)


def _part(name: str, alike: list[Tag | TagGroup], had_it: _Had, taken: set[str]) -> None:
    # WeCom's first, and of those the one that had the name.
    first, *others = sorted(alike, key=lambda row: (row.wecom_id is None, not had_it(row), row.pk or 0))
    for row in others:
        if isinstance(row, Tag) and row.wecom_id is None:
            row.deleted_at, row.merged_into = now(), first
        else:
            row.name = _numbered(name, taken)


def _numbered(name: str, taken: set[str]) -> str:
    for number in count(2):
        tail = f" ({number})"
        found = name[: NAME_LENGTH - len(tail)] + tail
        if found not in taken:
            taken.add(found)
            return found
    raise AssertionError("numbers don't end")
