"""Count a window: one aggregate query for each family and dimension, whatever the number of employees."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection

from core.sql import fetched_by_name
from corps.models import Corp
from insights.stats.dimensions import by
from insights.stats.families import Family
from insights.stats.staging import staged
from insights.stats.terms import Dim
from insights.stats.windows import Window, days_before


class Key(NamedTuple):
    """Which number of a window."""

    dim: int
    metric: int
    ident: int
    detail: int


# Relations and people.
Numbers = tuple[int, int]


def count(corp: Corp, window: Window, families: Iterable[Family]) -> dict[Key, Numbers]:
    """The numbers of these families that aren't both zero."""
    found: dict[Key, Numbers] = {}
    for family in families:
        given = _given(corp, window, family.days)
        with staged(family.staged, given):
            for dim in family.dims:
                for ident, detail, *numbers in fetched_by_name(statement(family, dim), given):
                    for n, one in enumerate(family.counts):
                        pair = (int(numbers[2 * n] or 0), int(numbers[2 * n + 1] or 0))
                        if any(pair):
                            found[Key(dim, one.metric, ident, one.detail or detail)] = pair
    return found


def statement(family: Family, dim: Dim) -> str:
    """The query of a family in one dimension; its columns are ident, detail, then two for each count."""
    shape = by(dim, family.employee)
    stays = family.stays if dim != Dim.CORP else ""
    numbers = ", ".join(f"{one.relations}, {one.people}" for one in family.counts)
    return f"""SELECT {shape.column} AS ident, {family.detail} AS detail, {numbers}
    FROM {family.rows} {stays} {shape.joins} WHERE {family.where} {shape.where} GROUP BY ident, detail"""  # noqa: S608


def _given(corp: Corp, window: Window, days: int) -> dict[str, Any]:
    moment = connection.ops.adapt_datetimefield_value
    since = days_before(window.last, days, corp.zone)
    instants = {"start": moment(window.start), "end": moment(window.end), "since": moment(since)}
    return {"corp": corp.pk, "first": window.first, "last": window.last} | instants
