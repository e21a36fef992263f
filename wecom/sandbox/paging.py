"""One page after another."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from wecom.sandbox.call import Call
from wecom.sandbox.cursors import position, seal

T = TypeVar("T")


def page(call: Call, rows: Sequence[T], size: int, key: Callable[[T], int] | None = None) -> tuple[Sequence[T], str]:
    """The page behind the caller's cursor, and the cursor of the next or "".

    Args:
        key: a number that grows along the rows, so that rows that go or come meanwhile shift nothing; without it the
            place is counted.
    """
    behind = (position(call) or [0])[0]
    start = after(rows, behind, key) if key else behind
    found = rows[start : start + size]
    if start + size >= len(rows):
        return found, ""
    return found, seal(call, key(found[-1]) if key else start + size)


def after(rows: Sequence[T], behind: int, key: Callable[[T], int]) -> int:
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if key(rows[middle]) <= behind else (low, middle)
    return low
