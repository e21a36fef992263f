"""Retention: of those who came in a month, how many were still there after so many days."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from insights.stats import reading
from insights.stats.periods import Period
from insights.stats.reading import Pair, Table
from insights.stats.reports.lines import Lines, cells, headings, plain
from insights.stats.reports.trend import Trend, head, wire
from insights.stats.scopes import Scope
from insights.stats.terms import KEPT_AFTER, Metric, Span
from insights.stats.windows import DAY, days


def retention(scope: Scope, period: Period) -> dict[str, Any]:
    """``{list, all}``: a curve for each month of adding, and one over all of them.

    A day is part of a curve from when it is long enough ago: ``of`` counts those days alone.
    """
    daily = days(period.first, period.last)
    table = reading.table(scope, Span.DAY, (Metric.NEW, Metric.KEPT), daily)
    found = Trend(scope, period, table, Table(), reading.counted(scope, period))
    newest = reading.newest(scope.corp_id)
    rows = []
    for first in period.firsts:
        inside = days(first, period.last_of(first))
        rows.append({"month": f"{first:%Y-%m}"} | _curve(table, inside, newest))
    return head(found, ("new", "kept")) | {"list": rows, "all": _curve(table, daily, newest)}


def table(answer: dict[str, Any]) -> Lines:
    """The same as lines of a file."""
    yield [_("month"), *headings(["new"]), *kept_headings()]
    for row in answer["list"]:
        yield [row["month"], *cells([row["new"]]), *kept_cells(row["kept"])]


def kept_headings() -> list[str]:
    """Three columns for each point of a curve."""
    return [f"kept{n}.{which}" for n in KEPT_AFTER for which in ("of", "stayed", "rate")]


def kept_cells(curve: list[dict[str, Any]]) -> list[str]:
    """Their values."""
    told = [(one["of"]["relations"], one["stayed"]["relations"], one["rate"]) for one in curve]
    return [plain(value) for three in told for value in three]


def _curve(table: Table, some: list[dt.date], newest: dt.date | None) -> dict[str, Any]:
    kept = [_kept(table, some, n, newest) for n in KEPT_AFTER]
    return {"new": wire(table.sum(some, Metric.NEW)), "kept": kept}


def _kept(table: Table, some: list[dt.date], after: int, newest: dt.date | None) -> dict[str, Any]:
    ripe = [day for day in some if newest and day + after * DAY <= newest]
    return point(after, table.sum(ripe, Metric.NEW), table.sum(ripe, Metric.KEPT, after))


def point(after: int, of: Pair, stayed: Pair) -> dict[str, Any]:
    """One point of a curve. The share is one of relations, 0 to 1; None where it is too early to tell of any."""
    rate = round(stayed.relations / of.relations, 4) if of.relations else None
    return {"days": after, "of": wire(of), "stayed": wire(stayed), "rate": rate}
