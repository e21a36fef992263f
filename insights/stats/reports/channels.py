"""The channels side by side: who came by each, who went, and who stayed."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from customers.channels.figures import NONE, UNKNOWN
from customers.models import Channel
from insights.models import DailyStat
from insights.stats import reading
from insights.stats.periods import Period
from insights.stats.reading import Table
from insights.stats.reports import contact, sums
from insights.stats.reports.contact import STANDING
from insights.stats.reports.lines import Lines, cells, headings
from insights.stats.reports.retention import kept_cells, kept_headings, point
from insights.stats.reports.trend import Trend, head, wire
from insights.stats.scopes import Scope
from insights.stats.terms import KEPT_AFTER, Dim, Metric, Span
from insights.stats.windows import DAY
from insights.stats.words import CONTACT, MOVES

PAIRS = {name: metric for name, metric in MOVES.items() if metric != Metric.LOST_UNKNOWN}
_STOOD = dict(zip(STANDING, contact.METRICS, strict=True))
KINDS = {UNKNOWN: "unknown", NONE: "none"}
_METRICS = (*PAIRS.values(), Metric.KEPT, *contact.METRICS)


def channels(scope: Scope, period: Period) -> dict[str, Any]:
    """``{list}``: each channel that has a number, in their order, then the unknown states, then the rest."""
    found = Trend(scope, period, Table(), Table(), reading.counted(scope, period))
    rows = _listed(scope, period)
    return head(found, (*STANDING, *PAIRS, "kept")) | {"list": rows}


def table(scope: Scope, period: Period) -> Lines:
    """The same as lines of a file, with a heading."""
    names = ("total", *PAIRS, *CONTACT)
    yield [_("channel"), *headings(names), *kept_headings()]
    for row in channels(scope, period)["list"]:
        yield [row["name"] or row["kind"], *cells(row[name] for name in names), *kept_cells(row["kept"])]


def _listed(scope: Scope, period: Period) -> list[dict[str, Any]]:
    rows = DailyStat.objects.of_corp(scope.corp_id).filter(
        span=Span.DAY, dim=Dim.CHANNEL, day__range=(period.first, period.last), metric__in=[int(m) for m in _METRICS]
    )
    known = {row["ident"]: row for row in sums.summed(rows, _wanted(period, reading.newest(scope.corp_id)))}
    names = dict(Channel.objects.of_corp(scope.corp_id).order_by("order", "id").values_list("pk", "name"))
    # What came by a channel that has been taken away since is told too: the sum is the company's.
    gone = [ident for ident in sorted(known) if ident > 0 and ident not in names]
    order = [ident for ident in [*names, *gone, UNKNOWN, NONE] if ident in known]
    return [_row(known[ident], names.get(ident, "")) for ident in order]


def _wanted(period: Period, newest: dt.date | None) -> dict[str, Any]:
    """Of how many the stayed are: those of days long enough ago, and there are rows of no others."""
    newest = newest or period.first
    wanted = {name: sums.of(metric) for name, metric in PAIRS.items()}
    for n in KEPT_AFTER:
        wanted[f"of{n}"] = sums.of(Metric.NEW, day__lte=newest - n * DAY)
        wanted[f"kept{n}"] = sums.of(Metric.KEPT, day__lte=newest - n * DAY, detail=n)
    return wanted | {name: sums.of(metric, day=period.last) for name, metric in _STOOD.items()}


def _row(row: dict[str, Any], name: str) -> dict[str, Any]:
    about = {"kind": KINDS.get(row["ident"], "channel"), "channelId": row["ident"] if row["ident"] > 0 else None}
    kept = [point(n, sums.pair(row, f"of{n}"), sums.pair(row, f"kept{n}")) for n in KEPT_AFTER]
    numbers = {key: wire(sums.pair(row, key)) for key in PAIRS}
    stood = contact.stood({metric: sums.pair(row, key) for key, metric in _STOOD.items()})
    return about | {"name": name} | stood | numbers | {"kept": kept}
