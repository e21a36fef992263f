"""Many at once: the numbers of each employee or channel over some spans, by one query."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from insights.models import DailyStat
from insights.stats.reading import Pair
from insights.stats.terms import Metric


def summed(rows: QuerySet[DailyStat], wanted: Mapping[str, Q]) -> QuerySet[Any]:
    """``rows`` by their ident, with ``<name>_relations`` and ``<name>_people`` for each name and its condition."""
    columns = {
        f"{name}_{which}": Coalesce(Sum(which, filter=condition), 0)
        for name, condition in wanted.items()
        for which in Pair._fields
    }
    return rows.order_by().values("ident").annotate(**columns)


def of(metric: Metric, **more: Any) -> Q:
    """The rows of a metric, for which these conditions hold too."""
    return Q(metric=metric, **more)


def pair(row: Mapping[str, Any], name: str) -> Pair:
    """One of the numbers of a row of ``summed``."""
    return Pair(*(int(row[f"{name}_{which}"]) for which in Pair._fields))
