"""The forecast of growth: each number that beats "as before" on the company's own past, and of the others why not."""

import datetime as dt
from collections.abc import Callable
from itertools import dropwhile, pairwise
from typing import Any

from django.utils.translation import gettext as _

from corps.models import Corp
from insights.stats import reading, windows
from insights.stats.forecasting import backtest
from insights.stats.forecasting.backtest import Range, Verdict
from insights.stats.forecasting.methods import HORIZON
from insights.stats.periods import Period
from insights.stats.reading import Pair, Table
from insights.stats.reports.lines import Lines, plain
from insights.stats.reports.trend import Trend, head
from insights.stats.scopes import Scope
from insights.stats.terms import Metric, Span
from insights.stats.windows import DAY

NAMES = ("total", "new", "lost", "net")
REASONS = ("history_short", "not_better")
# What happens adds up over the days; what stands doesn't.
FLOWS = ("new", "lost", "net")
_METRICS = {"total": Metric.TOTAL, "new": Metric.NEW, "lost": Metric.LOST}


def forecast(scope: Scope) -> dict[str, Any]:
    """``{list, sum, numbers, …}``: the days after the newest that was counted, from the days before it without a gap.

    Two queries, whatever the number of customers.
    """
    counted = reading.lately(scope.corp_id, backtest.MOST)
    newest = counted.newest or windows.today_of(Corp.objects.get(pk=scope.corp_id)) - DAY
    days = _unbroken(newest, counted.days)
    table = reading.table(scope, Span.DAY, list(_METRICS.values()), days or [newest])
    known = _since_anybody(days, table)
    verdicts = {name: {which: _verdict(name, which, known, table) for which in Pair._fields} for name in NAMES}
    shown = known or [newest]
    found = Trend(scope, Period(Span.DAY, shown, shown[:1], newest), table, Table(), counted)
    coming = [newest + (step + 1) * DAY for step in range(HORIZON)]
    return head(found, NAMES) | {
        "history": len(known),
        "least": backtest.LEAST,
        "horizon": HORIZON,
        "coverage": backtest.COVERAGE,
        "margin": backtest.MARGIN,
        "numbers": _each(verdicts, NAMES, _judged),
        "list": [{"day": day} | _each(verdicts, NAMES, _of_day(step)) for step, day in enumerate(coming)],
        "sum": _each(verdicts, FLOWS, lambda verdict: _told(verdict.together)),
    }


def table(answer: dict[str, Any]) -> Lines:
    """The days to come as lines of a file; where a number isn't told, why not."""
    columns = [(name, which) for name in NAMES for which in Pair._fields]
    parts = ("value", "low", "high")
    yield [_("day"), *(f"{name}.{which}.{part}" for name, which in columns for part in (*parts, "reason"))]
    for row in answer["list"]:
        line = [row["day"].isoformat()]
        for name, which in columns:
            told = row[name][which] or {}
            line += [*(plain(told.get(part)) for part in parts), answer["numbers"][name][which]["reason"]]
        yield line


def _unbroken(newest: dt.date, counted: frozenset[dt.date]) -> list[dt.date]:
    """The days up to the newest of which none is missing."""
    day = newest
    while day in counted:
        day -= DAY
    return windows.days(day + DAY, newest)


def _since_anybody(days: list[dt.date], found: Table) -> list[dt.date]:
    """From the first of them on which there was anybody: the nothing before says nothing of what follows."""
    return list(dropwhile(lambda day: not found.pair(day, Metric.TOTAL).relations, days))


def _verdict(name: str, which: str, days: list[dt.date], found: Table) -> Verdict:
    if name == "net":
        totals = _curve("total", which, days, found)
        # Of the first day it isn't known.
        moves = tuple(later - earlier for earlier, later in pairwise(totals))
        return backtest.forecast(moves, signed=True)
    return backtest.forecast(_curve(name, which, days, found), total=name == "total")


def _curve(name: str, which: str, days: list[dt.date], found: Table) -> tuple[int, ...]:
    return tuple(int(getattr(found.pair(day, _METRICS[name]), which)) for day in days)


def _each(
    verdicts: dict[str, dict[str, Verdict]], names: tuple[str, ...], told: Callable[[Verdict], Any]
) -> dict[str, Any]:
    return {name: {which: told(verdicts[name][which]) for which in Pair._fields} for name in names}


def _of_day(step: int) -> Callable[[Verdict], Any]:
    return lambda verdict: _told(verdict.ahead[step] if verdict.ahead else None)


def _told(one: Range | None) -> dict[str, float] | None:
    return {part: round(getattr(one, part), 1) for part in ("value", "low", "high")} if one else None


def _judged(verdict: Verdict) -> dict[str, Any]:
    errors = {"error": verdict.error, "naiveError": verdict.naive_error, "seasonalError": verdict.seasonal_error}
    rounded = {name: None if error is None else round(error, 2) for name, error in errors.items()}
    return {"shown": not verdict.reason, "reason": verdict.reason, "method": verdict.method} | rounded
