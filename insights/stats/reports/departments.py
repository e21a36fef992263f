"""The departments side by side, each with those below it, ranked by any of their numbers."""

from typing import Any

from django.utils.translation import gettext as _

from insights.models import DailyStat
from insights.stats import reading
from insights.stats.periods import Period
from insights.stats.reports import contact, sums
from insights.stats.reports.chart import of_scope
from insights.stats.reports.contact import STANDING
from insights.stats.reports.lines import Lines, cells, headings
from insights.stats.reports.trend import Trend, head, wire
from insights.stats.scopes import Scope
from insights.stats.terms import Dim, Metric
from insights.stats.words import CONTACT, MOVES

PAIRS = {name: metric for name, metric in MOVES.items() if metric != Metric.LOST_UNKNOWN}
PAIRS["followups"] = Metric.FOLLOWUPS
SORTS = ("new", "lost", "readded", "followups")
MOST_ROWS = 10_000


def departments(scope: Scope, period: Period, *, sort: str, page: int, size: int) -> dict[str, Any]:
    """``{list, page, size, more}``, the greatest first; one without any number isn't listed.

    A department counts everybody below it, so those of a list don't add up.
    """
    start = (page - 1) * size
    listed = _named(scope, period, sort, slice(start, start + size + 1))
    found = Trend(scope, period, reading.Table(), reading.Table(), reading.counted(scope, period))
    more = len(listed) > size
    return head(found, (*STANDING, *PAIRS)) | {"list": listed[:size], "page": page, "size": size, "more": more}


def table(scope: Scope, period: Period, sort: str) -> Lines:
    """All of them as lines of a file."""
    names = ("total", *PAIRS, *CONTACT)
    yield [_("department"), *headings(names)]
    for row in _named(scope, period, sort, slice(MOST_ROWS)):
        yield [row["name"], *cells(row[name] for name in names)]


def _named(scope: Scope, period: Period, sort: str, part: slice) -> list[dict[str, Any]]:
    names = dict(of_scope(scope).values_list("pk", "name"))
    wanted = {name: sums.of(metric) for name, metric in PAIRS.items()}
    rows = DailyStat.objects.of_corp(scope.corp_id).filter(dim=Dim.DEPARTMENT, ident__in=list(names))
    moves = rows.filter(
        span=period.span, day__range=(period.first, period.last), metric__in=[*map(int, PAIRS.values())]
    )
    ranked = list(sums.summed(moves, wanted).order_by(f"-{sort}_relations", "ident")[part])
    stood = contact.of_each(scope.corp_id, Dim.DEPARTMENT, period.last, [row["ident"] for row in ranked])
    return [_row(row, names[row["ident"]], stood.get(row["ident"], contact.stood({}))) for row in ranked]


def _row(row: dict[str, Any], name: str, stood: dict[str, Any]) -> dict[str, Any]:
    about = {"departmentId": row["ident"], "name": name}
    return about | stood | {key: wire(sums.pair(row, key)) for key in PAIRS}
