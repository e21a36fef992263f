"""Numbers out of the rows: one query for a table of spans, one for each list."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum

from insights.models import DailyStat, StatWindow
from insights.stats.periods import Period
from insights.stats.scopes import Scope
from insights.stats.terms import Dim, Metric, Span
from insights.stats.windows import DAY


class Pair(NamedTuple):
    """The two counts of everything."""

    relations: int = 0
    people: int = 0

    def plus(self, other: "Pair") -> "Pair":
        return Pair(self.relations + other.relations, self.people + other.people)


@dataclass(slots=True)
class Table:
    """What was counted of some spans: (span's first day, metric, detail) → pair; nothing is a pair of zeros."""

    pairs: dict[tuple[dt.date, int, int], Pair] = field(default_factory=dict)

    def pair(self, day: dt.date, metric: Metric, detail: int = 0) -> Pair:
        return self.pairs.get((day, metric, detail), Pair())

    def sum(self, days: Iterable[dt.date], metric: Metric, detail: int = 0) -> Pair:
        """Whoever is counted in two of the spans is two of the people."""
        found = Pair()
        for day in days:
            found = found.plus(self.pair(day, metric, detail))
        return found


@dataclass(frozen=True, slots=True)
class Counted:
    """Which spans of a period have been counted, the spans before it included.

    Attributes:
        marks: span's first day → (final, when).
        days: the days of it that have been counted.
    """

    marks: dict[dt.date, tuple[bool, dt.datetime]]
    days: frozenset[dt.date]

    @property
    def newest(self) -> dt.date | None:
        return max(self.days, default=None)


def table(scope: Scope, span: Span, metrics: Collection[Metric], days: Collection[dt.date]) -> Table:
    """The numbers of a scope in the spans that begin on these days."""
    return _summed(scope, span, metrics, day__range=(min(days), max(days)))


def standing(scope: Scope, metrics: Collection[Metric], days: Collection[dt.date]) -> Table:
    """What stood at the end of these days."""
    return _summed(scope, Span.DAY, metrics, day__in=sorted(set(days)))


def of_employees(scope: Scope, span: Span, first: dt.date, last: dt.date) -> QuerySet[DailyStat]:
    """The rows of each employee of a scope in the spans from one to another."""
    rows = DailyStat.objects.of_corp(scope.corp_id).filter(span=span, dim=Dim.EMPLOYEE, day__range=(first, last))
    return rows if scope.employees is None else rows.filter(ident__in=scope.employees)


def counted(scope: Scope, period: Period) -> Counted:
    """What of a period, and of the one before, has been counted."""
    span, first = period.span, period.before[0] - DAY
    marks = StatWindow.objects.of_corp(scope.corp_id).filter(span__in={span, Span.DAY}, day__range=(first, period.last))
    spans: dict[dt.date, tuple[bool, dt.datetime]] = {}
    days = set()
    for kind, day, final, at in marks.values_list("span", "day", "final", "computed_at"):
        if kind == span:
            spans[day] = (final, at)
        if kind == Span.DAY:
            days.add(day)
    return Counted(spans, frozenset(days))


def lately(corp_id: int, most: int) -> Counted:
    """The last days that have been counted, so many at most."""
    marks = StatWindow.objects.of_corp(corp_id).filter(span=Span.DAY).order_by("-day")
    rows = marks.values_list("day", "final", "computed_at")[:most]
    found = {day: (final, at) for day, final, at in rows}
    return Counted(found, frozenset(found))


def newest(corp_id: int) -> dt.date | None:
    """The last day of a company that has been counted."""
    marks = StatWindow.objects.of_corp(corp_id).filter(span=Span.DAY).order_by("-day")
    return marks.values_list("day", flat=True).first()


def _summed(scope: Scope, span: Span, metrics: Collection[Metric], **days: Any) -> Table:
    owned = {"dim": scope.dim, "ident__in": scope.idents, "span": span, "metric__in": sorted(metrics)}
    rows: Any = DailyStat.objects.of_corp(scope.corp_id).filter(**owned, **days).order_by()
    found = rows.values_list("day", "metric", "detail").annotate(Sum("relations"), Sum("people"))
    return Table({(day, metric, detail): Pair(*map(int, numbers)) for day, metric, detail, *numbers in found})
