"""Who joined and who left, day by day: from the stays, in the company's days."""

import datetime as dt
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, Value, When

from core.time import day_range
from groups.analysis.scope import Scope
from groups.choices import MemberType

_CUSTOMERS = Count("pk", filter=Q(type=MemberType.CUSTOMER))
_FIGURES = ("joined", "left", "customersJoined", "customersLeft")


def by_day(scope: Scope) -> list[dict[str, Any]]:
    """For each day ``{day, joined, left, net, customersJoined, customersLeft}``; two statements.

    Whoever a sync found gone left on the day on which that was noticed.
    """
    joined, left = (_counted(scope, column) for column in ("join_time", "left_at"))
    found = []
    for index, day in enumerate(scope.days()):
        came, went = joined.get(index, (0, 0)), left.get(index, (0, 0))
        figures = {"joined": came[0], "left": went[0], "net": came[0] - went[0]}
        found.append({"day": day, **figures, "customersJoined": came[1], "customersLeft": went[1]})
    return found


def total(days: list[dict[str, Any]]) -> dict[str, int]:
    """The sum of such days."""
    figures = {name: sum(day[name] for day in days) for name in _FIGURES}
    return figures | {"net": figures["joined"] - figures["left"]}


def _counted(scope: Scope, column: str) -> dict[int, tuple[int, int]]:
    """The day's place in the scope → (all, external contacts)."""
    start, end = scope.span()
    rows = scope.stays().filter(**{f"{column}__gte": start, f"{column}__lt": end}).order_by()
    starts = [day_range(day, scope.zone)[0] for day in scope.days()]
    grouped = rows.annotate(place=_place(column, starts, 0, len(starts))).values_list("place")
    return {
        place: (everybody, customers) for place, everybody, customers in grouped.annotate(n=Count("pk"), c=_CUSTOMERS)
    }


def _place(column: str, starts: list[dt.datetime], low: int, high: int) -> Any:
    """In which of the days ``low`` to ``high`` (excluded) a time lies, by halving: seven comparisons for ninety days.

    The database's own words for a day depend on its time-zone tables, which may be empty.
    """
    if high - low == 1:
        return Value(low, output_field=IntegerField())
    middle = (low + high) // 2
    earlier = When(Q(**{f"{column}__lt": starts[middle]}), then=_place(column, starts, low, middle))
    return Case(earlier, default=_place(column, starts, middle, high), output_field=IntegerField())
