"""Spans in a row and those before them: what every report begins with."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.time import to_wire
from insights.stats import reading
from insights.stats.periods import Period
from insights.stats.reading import Counted, Pair, Table
from insights.stats.scopes import Scope
from insights.stats.terms import Dim, Metric
from insights.stats.windows import DAY
from insights.stats.words import definitions


@dataclass(frozen=True, slots=True)
class Trend:
    """Three queries: the spans' own rows, what stood at their ends, and which of them are counted."""

    scope: Scope
    period: Period
    flows: Table
    stood: Table
    counted: Counted

    def stock(self, first: dt.date, metric: Metric) -> Pair | None:
        """What stood at the end of a span; None where that day has not been counted."""
        return self.stock_on(self.period.last_of(first), metric)

    def stock_on(self, day: dt.date, metric: Metric) -> Pair | None:
        return self.stood.pair(day, metric) if day in self.counted.days else None


def trend(scope: Scope, period: Period, flows: Iterable[Metric], stocks: Iterable[Metric]) -> Trend:
    firsts = [*period.before, *period.firsts]
    # What stood when the earlier spans began, and at the end of each.
    ends = [period.before[0] - DAY, *map(period.last_of, firsts)]
    table = reading.table(scope, period.span, list(flows), firsts)
    return Trend(scope, period, table, reading.standing(scope, list(stocks), ends), reading.counted(scope, period))


def wire(pair: Pair | None) -> dict[str, int] | None:
    return pair._asdict() if pair else None


def pairs(table: Table, firsts: Iterable[dt.date], names: Mapping[str, Metric]) -> dict[str, Any]:
    """The numbers of these names, added up over spans."""
    days = list(firsts)
    return {name: wire(table.sum(days, metric)) for name, metric in names.items()}


def head(found: Trend, names: Iterable[str]) -> dict[str, Any]:
    """What every answer says: of which days, of whom, how fresh, and what its numbers mean."""
    period, scope = found.period, found.scope
    return {
        "from": period.first,
        "to": period.last,
        "by": period.span.name.lower(),
        "scope": {"kind": scope.dim.name.lower(), "ids": list(scope.idents if scope.dim != Dim.CORP else ())},
        "asOf": _as_of(found),
        "definitions": definitions(names),
    }


def _as_of(found: Trend) -> dict[str, Any]:
    marks = [found.counted.marks[first] for first in found.period.firsts if first in found.counted.marks]
    missing = len(found.period.firsts) - len(marks)
    return {
        "day": found.counted.newest,
        "computedAt": to_wire(min((at for _final, at in marks), default=None)),
        "final": not missing and all(final for final, _at in marks),
        "missing": missing,
    }
