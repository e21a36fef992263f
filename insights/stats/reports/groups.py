"""Group chats: how many there are and who is in them, who joined and who left."""

from typing import Any

from insights.stats.periods import Period
from insights.stats.reports.lines import Lines, series
from insights.stats.reports.trend import Trend, head, pairs, trend, wire
from insights.stats.scopes import Scope
from insights.stats.words import GROUPS, GROUPS_STANDING


def groups(scope: Scope, period: Period) -> dict[str, Any]:
    """``{list, sum, before}``, as of growth."""
    found = trend(scope, period, GROUPS.values(), GROUPS_STANDING.values())
    rows = [{"day": first} | _numbers(found, [first]) for first in period.firsts]
    return head(found, (*GROUPS_STANDING, *GROUPS)) | {
        "list": rows,
        "sum": _numbers(found, period.firsts),
        "before": _numbers(found, period.before),
    }


def table(answer: dict[str, Any]) -> Lines:
    """The same as lines of a file."""
    return series(answer, (*GROUPS_STANDING, *GROUPS))


def _numbers(found: Trend, firsts: list[Any]) -> dict[str, Any]:
    stood = {name: wire(found.stock(firsts[-1], metric)) for name, metric in GROUPS_STANDING.items()}
    return stood | pairs(found.flows, firsts, GROUPS)
