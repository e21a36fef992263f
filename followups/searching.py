"""Follow-ups by their words, and by what their customers are called: never more rows are read than a bound.

Words are looked for in the newest rows that the other filters leave. How far that reaches is told, and from there it
goes on: by cursor, or by days (docs/decisions/0043-follow-ups.md).
"""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core import newest
from core.errors import BadRequest, FieldError
from corps.actors import Actor
from customers.privacy.stars import PART
from customers.selection import Wanted, select

COLUMN = "happened_at"
# The rows that one look reads at most: a tenth of a second.
DEPTH = 20_000
# More customers than this of one name are for a longer name, not for a list.
MOST_CUSTOMERS = 200
_Place = tuple[dt.datetime, int]


def reach(rows: Any, words: str) -> tuple[Any, _Place | None]:
    """Those of the newest ``DEPTH`` of these rows that hold the words.

    Returns: the rows, and moment and id of the last one that is looked at; None where that is all there are.
    """
    if not words:
        return rows, None
    places = rows.order_by(*newest.order(COLUMN)).values_list(COLUMN, "pk")[DEPTH - 1 : DEPTH + 1]
    found = list(places)
    holding = rows.filter(content__icontains=words)
    if PART.search(words):
        # Only what the reader sees whole: else a number could be spelled out.
        holding = holding.filter(hides_numbers=False)
    if len(found) < 2:
        return holding, None
    at, pk = found[0]
    # The first part is what an index is read by; the second tells rows of one moment apart.
    return holding.filter(Q(happened_at__gt=at) | Q(pk__gte=pk), happened_at__gte=at), (at, pk)


def after(rows: Any, words: str, *, cursor: str, size: int) -> tuple[list[Any], str | None]:
    """As ``newest.after``, of the rows that hold the words. A page may be short, even empty, and yet have a next one.

    Raises BadRequest: ``invalid_cursor``.
    """
    found, place = reach(newest.behind(rows, COLUMN, cursor=cursor), words)
    page, following = newest.after(found, COLUMN, cursor="", size=size)
    return page, following or (newest.cursor_at(*place) if place else None)


def whole(rows: Any, words: str) -> Any:
    """As ``reach``, where half of it would be wrong. Raises BadRequest: ``search_unbounded``."""
    found, place = reach(rows, words)
    if place:
        message = _(
            "There are more follow-ups than can be searched at once. Narrow it: by days, customer or colleague."
        )
        raise BadRequest("search_unbounded", message, [FieldError("q", "search_unbounded", message)])
    return found


def called(keyword: str, actor: Actor) -> list[int]:
    """The ids of the customers, whom the actor may see, that a keyword finds in the customer list.

    Raises BadRequest: ``too_many_customers``.
    """
    ids = list(select(Wanted(actor, {"keyword": keyword})).values_list("pk", flat=True)[: MOST_CUSTOMERS + 1])
    if len(ids) > MOST_CUSTOMERS:
        message = _("More than %(n)d customers are found by this. Write more of it.") % {"n": MOST_CUSTOMERS}
        raise BadRequest("too_many_customers", message, [FieldError("customer", "too_many_customers", message)])
    return ids
