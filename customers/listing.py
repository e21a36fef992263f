"""The customer list: pages, totals and cursors, all bounded (docs/decisions/0007-totals-and-deep-pages.md)."""

from typing import Any

from django.conf import settings

from core.pagination import bounded_count
from customers import reading
from customers.models import Customer
from customers.ordering import SORTS, beyond, cursor_at
from customers.querysets import CustomerQuerySet
from customers.selection import Wanted, select

# Past this row the ids are found first, on a key alone, and the rows fetched after.
_DEFERRED = 1_000


def page(wanted: Wanted, *, number: int, size: int) -> dict[str, Any]:
    """One page by number: ``{list, total, totalExact, page, size}``; the total is bounded, and says if it is exact."""
    rows = select(wanted)
    start = (number - 1) * size
    ordered = rows.order_by(*SORTS[wanted.sort])
    if start >= _DEFERRED:
        ids = list(ordered.values_list("pk", flat=True)[start : start + size])
        ordered, window = Customer.objects.filter(pk__in=ids).order_by(*SORTS[wanted.sort]), slice(None)
    else:
        window = slice(start, start + size)
    found = reading.with_tags(reading.fetch(ordered[window]))
    total, exact = _total(wanted, rows, start, len(found), size)
    return {"list": found, "total": total, "totalExact": exact, "page": number, "size": size}


def _total(wanted: Wanted, rows: CustomerQuerySet, start: int, found: int, size: int) -> tuple[int, bool]:
    if (found or start == 0) and found < size:
        return start + found, True
    bound = settings.TOTAL_BOUND if wanted.covered else settings.TOTAL_BOUND_JOINED
    return bounded_count(rows, max(bound, start + found))


def after(wanted: Wanted, *, cursor: str, size: int) -> dict[str, Any]:
    """The ``size`` customers after a cursor: ``{list, size, nextCursor}``; the empty cursor begins, None ends.

    Costs the same at any depth, and neither repeats nor skips a customer that didn't move.

    Raises:
        BadRequest: ``invalid_cursor``.
    """
    rows = select(wanted).order_by(*SORTS[wanted.sort])
    if cursor:
        rows = rows.filter(beyond(wanted.sort, cursor))
    found = reading.fetch(rows[: size + 1])
    more = len(found) > size
    found = reading.with_tags(found[:size])
    return {"list": found, "size": size, "nextCursor": cursor_at(wanted.sort, found[-1]) if more else None}
