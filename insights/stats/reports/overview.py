"""The overview: the last day that was counted, the last seven and thirty, each against as many before."""

from typing import Any

from django.utils.translation import gettext as _

from insights.stats.periods import Period
from insights.stats.reports import growth
from insights.stats.reports.lines import Lines, cells, headings
from insights.stats.reports.trend import Trend, head, pairs, trend
from insights.stats.scopes import Scope
from insights.stats.terms import Metric
from insights.stats.words import GROUPS, MOVES, WORK

# The period has thirty days, and thirty before them.
SPANS = {"day": 1, "week": 7, "month": 30}
_MORE = WORK | GROUPS
NAMES = (*growth.NAMES, *_MORE)


def overview(scope: Scope, period: Period) -> dict[str, Any]:
    """``{day, week, month}`` of ``{now, before}``."""
    found = trend(scope, period, [*MOVES.values(), *_MORE.values()], (Metric.TOTAL,))
    days = [*period.before, *period.firsts]
    told: dict[str, Any] = {}
    for name, length in SPANS.items():
        told[name] = {"now": _numbers(found, days[-length:]), "before": _numbers(found, days[-2 * length : -length])}
    return head(found, NAMES) | told


def table(answer: dict[str, Any]) -> Lines:
    """The same as lines of a file, one for each number."""
    sides = [(span, side) for span in SPANS for side in ("now", "before")]
    yield [_("figure"), *headings(f"{span}.{side}" for span, side in sides)]
    for name in NAMES:
        yield [name, *cells(answer[span][side][name] for span, side in sides)]


def _numbers(found: Trend, days: list[Any]) -> dict[str, Any]:
    return growth.numbers(found, days) | pairs(found.flows, days, _MORE)
