"""Growth: how many there are, how many came and went, span by span, and against the spans before."""

import datetime as dt
from typing import Any

from insights.stats.periods import Period
from insights.stats.reading import Pair
from insights.stats.reports.lines import Lines, series
from insights.stats.reports.trend import Trend, head, pairs, trend, wire
from insights.stats.scopes import Scope
from insights.stats.terms import Metric
from insights.stats.windows import DAY
from insights.stats.words import MOVES

NAMES = ("total", *MOVES, "net")


def growth(scope: Scope, period: Period) -> dict[str, Any]:
    """``{list, sum, before}``: each span, all of them, and as many before."""
    found = trend(scope, period, MOVES.values(), (Metric.TOTAL,))
    rows = [{"day": first} | numbers(found, [first]) for first in period.firsts]
    return head(found, NAMES) | {
        "list": rows,
        "sum": numbers(found, period.firsts),
        "before": numbers(found, period.before),
    }


def numbers(found: Trend, firsts: list[dt.date]) -> dict[str, Any]:
    """The numbers of some spans in a row."""
    moves = pairs(found.flows, firsts, MOVES)
    total = found.stock(firsts[-1], Metric.TOTAL)
    return {"total": wire(total)} | moves | {"net": _net(found, firsts, total)}


def table(answer: dict[str, Any]) -> Lines:
    """The same as lines of a file."""
    return series(answer, NAMES)


def _net(found: Trend, firsts: list[dt.date], total: Pair | None) -> dict[str, int | None]:
    """People don't add up, so theirs is the difference of the totals, where both are known."""
    new, lost, gone = (found.flows.sum(firsts, one) for one in (Metric.NEW, Metric.LOST, Metric.TRANSFERRED))
    earlier = found.stock_on(firsts[0] - DAY, Metric.TOTAL)
    people = total.people - earlier.people if total and earlier else None
    return {"relations": new.relations - lost.relations - gone.relations, "people": people}
