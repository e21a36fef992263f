"""The FROM and WHERE of the lists that are asked for all day: composed by the ORM once for each set of filters.

To compose them anew took as long as everything else that a list does in this process. What the ORM makes of a list with
marks instead of values is kept, and the values of a request are put where their marks were. A list whose statement
depends on more than its values (on what tags are common, on who works where) is composed each time.
"""

from dataclasses import replace
from functools import cache
from typing import Any

from django.db import connection

from corps.actors import SYSTEM
from corps.querysets import sees_whole_corp
from customers import search
from customers.matching import Matching
from customers.selection import Wanted, select

# Filters that compare a column with a value as it is.
_PLAIN = {"channel": str, "followUserId": int, "gender": int, "stageId": int, "status": int, "type": int}
# The index that has just these customers in the order of their ids.
_IN_ORDER = {
    frozenset(): "ix_customer_alive",
    frozenset({"status"}): "ix_customer_status",
    frozenset({"channel"}): "ix_customer_channel",
    frozenset({"followUserId"}): "ix_customer_follow",
    frozenset({"stageId"}): "ix_customer_stage",
    frozenset({"followUserId", "status", "channel"}): "ix_customer_filter",
}
# Marks: numbers that every column can hold and no statement has of itself, and characters that nobody writes.
_NUMBER, _CHARACTER = 20_001, 0xE000


def matching(wanted: Wanted) -> Matching:
    """``Matching(select(wanted))``, cheaper where it can be."""
    values = _values(wanted)
    form = _form(*_shape(wanted.filters)) if values else None
    if not values or form is None:
        return Matching(select(wanted))
    tail, places = form
    filled = [values[at] if isinstance(at, int) else at[0] for at in places]
    return Matching.filled(tail, filled, index=_IN_ORDER.get(frozenset(wanted.filters), ""))


def _values(wanted: Wanted) -> list[Any] | None:
    """What differs between lists of one shape, as the statement has it; None where more than that may differ."""
    filters = wanted.filters
    if not sees_whole_corp(wanted.actor) or search.guards(search.normalise(filters.get("keyword", "")), wanted.actor):
        return None
    values: list[Any] = [wanted.actor.corp_id]
    for name in sorted(filters):
        if name == "keyword":
            grams, exact = search.keys_of(filters[name])
            if not grams or (len(grams) == 1 and not exact):
                return None
            values += grams
            if not exact:
                values.append(f"%{connection.ops.prep_for_like_query(search.normalise(filters[name]))}%")
        elif type(filters[name]) is _PLAIN.get(name):
            values.append(filters[name])
        else:
            return None
    return values


def _shape(filters: dict[str, Any]) -> tuple[tuple[str, ...], int, bool]:
    grams, exact = search.keys_of(filters["keyword"]) if "keyword" in filters else ([], True)
    return tuple(sorted(filters)), len(grams), exact


@cache
def _form(names: tuple[str, ...], grams: int, exact: bool) -> tuple[str, list[int | tuple[Any]]] | None:
    """The statement's tail, and for each parameter the place of its value or, in a tuple, what it always is."""
    marked = Wanted(replace(SYSTEM, kind="api", corp_id=_NUMBER), {name: _mark(name, grams) for name in names})
    values, composed = _values(marked), Matching(select(marked))
    if not values or _shape(marked.filters) != (names, grams, exact) or not set(values) <= set(composed.params):
        return None
    return composed.tail, [values.index(p) if p in values else (p,) for p in composed.params]


def _mark(name: str, grams: int) -> Any:
    if name == "keyword":
        return "".join(chr(_CHARACTER + at) for at in range(2 * grams))
    number = _NUMBER + 1 + sorted(_PLAIN).index(name)
    return number if _PLAIN[name] is int else str(number)
