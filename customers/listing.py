"""The customer list: pages, totals and cursors, all bounded (docs/decisions/0007-totals-and-deep-pages.md)."""

from typing import Any

from django.conf import settings

from core.memory import ShortMemory
from customers import reading, spotting
from customers.matching import Matching
from customers.ordering import beyond, cursor_at, id_of
from customers.privacy import masking
from customers.selection import Wanted, select

_past_bound: ShortMemory[bool] = ShortMemory(seconds=60)


def page(wanted: Wanted, *, number: int, size: int) -> dict[str, Any]:
    """One page by number: ``{list, total, totalExact, page, size}``; the total is bounded, and says if it is exact."""
    matching, start = spotting.matching(wanted), (number - 1) * size
    found = _complete(wanted, matching.page(wanted.sort, start=start, size=size))
    total, exact = _total(wanted, matching, start, len(found), size)
    return {"list": found, "total": total, "totalExact": exact, "page": number, "size": size}


def _complete(wanted: Wanted, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return masking.page(reading.complete(found), wanted.actor)


def _total(wanted: Wanted, matching: Matching, start: int, found: int, size: int) -> tuple[int, bool]:
    if (found or start == 0) and found < size:
        return start + found, True
    bound = settings.TOTAL_BOUND if wanted.covered else settings.TOTAL_BOUND_JOINED
    if found and start >= bound:
        # A full page past the bound has counted further by being there.
        return start + found, False
    return _counted(wanted, matching, max(bound, start + found))


def _counted(wanted: Wanted, matching: Matching, bound: int) -> tuple[int, bool]:
    """The bounded count; that a set is past its bound is remembered for a minute, since finding it out is most of the
    database's work for a plain list."""
    key = repr((wanted.actor.corp_id, sorted(wanted.filters.items()), bound)).encode()
    if wanted.covered and _past_bound.get(key):
        return bound, False
    total, exact = matching.count(bound)
    if wanted.covered and not exact:
        _past_bound.put(key, True)
    return total, exact


def forget_totals() -> None:
    """Count anew at the next page."""
    _past_bound.clear()


def after(wanted: Wanted, *, cursor: str, size: int) -> dict[str, Any]:
    """The ``size`` customers after a cursor: ``{list, size, nextCursor}``; the empty cursor begins, None ends.

    Costs the same at any depth, and neither repeats nor skips a customer that didn't move.

    Raises:
        BadRequest: ``invalid_cursor``.
    """
    if cursor:
        found = _beyond(wanted, cursor).found_first(wanted.sort, start=0, size=size + 1)
    else:
        found = spotting.matching(wanted).page(wanted.sort, start=0, size=size + 1)
    more = len(found) > size
    found = _complete(wanted, found[:size])
    return {"list": found, "size": size, "nextCursor": cursor_at(wanted.sort, found[-1]) if more else None}


def _beyond(wanted: Wanted, cursor: str) -> Matching:
    last = id_of(wanted.sort, cursor)
    if last is None:
        return Matching(select(wanted).filter(beyond(wanted.sort, cursor)))
    return spotting.matching(wanted).behind(wanted.sort, last)
