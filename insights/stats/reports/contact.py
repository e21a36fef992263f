"""Active, silent, never contacted: what stood at the end of a day, and by which definition it was counted."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from insights.engagement import defining
from insights.models import DailyStat
from insights.stats import reading
from insights.stats.reading import Pair
from insights.stats.reports.trend import wire
from insights.stats.scopes import Scope
from insights.stats.terms import Dim, Metric, Span
from insights.stats.words import CONTACT

METRICS = (Metric.TOTAL, *CONTACT.values())
STANDING = ("total", *CONTACT)


@dataclass(slots=True)
class Ends:
    """What stood at the ends of some days: day → metric → pair, and day → version of the definition."""

    pairs: dict[dt.date, dict[int, Pair]] = field(default_factory=dict)
    versions: dict[dt.date, int] = field(default_factory=dict)

    def on(self, day: dt.date, known: Collection[dt.date]) -> dict[str, Any]:
        """The three of a day, and by which version they are; None where there is nobody."""
        three = stood(self.pairs.get(day, {})) if day in known else dict.fromkeys(STANDING)
        version = self.versions.get(day) if three["active"] else None
        return {name: three[name] for name in CONTACT} | {"definition": version}


def ends(scope: Scope, days: Collection[dt.date]) -> Ends:
    """One query."""
    found = Ends()
    for (day, metric, version), pair in reading.standing(scope, METRICS, days).pairs.items():
        found.pairs.setdefault(day, {})[metric] = pair
        if metric != Metric.TOTAL:
            found.versions[day] = version
    return found


def of_each(corp_id: int, dim: Dim, day: dt.date, idents: Iterable[int] | None) -> dict[int, dict[str, Any]]:
    """Ident → the total and the three at the end of a day, on the wire; of all there are where none are named."""
    rows = DailyStat.objects.of_corp(corp_id).filter(span=Span.DAY, day=day, dim=dim, metric__in=METRICS)
    rows = rows if idents is None else rows.filter(ident__in=list(idents))
    found: dict[int, dict[int, Pair]] = {}
    for ident, metric, *numbers in rows.values_list("ident", "metric", "relations", "people"):
        found.setdefault(ident, {})[metric] = Pair(*numbers)
    return {ident: stood(pairs) for ident, pairs in found.items()}


def stood(pairs: Mapping[int, Pair]) -> dict[str, Any]:
    """The total and the three, from metric → pair. The three are None where the total was counted before they were."""
    total = pairs.get(Metric.TOTAL, Pair())
    three = {name: pairs.get(metric, Pair()) for name, metric in CONTACT.items()}
    whole = sum(pair.relations for pair in three.values()) == total.relations
    return {"total": wire(total)} | {name: wire(pair) if whole else None for name, pair in three.items()}


def means(corp_id: int, versions: Iterable[int | None]) -> list[dict[str, Any]]:
    """What these versions of the definition say, and what the next count goes by, the oldest first."""
    known = defining.of_versions(corp_id, {one for one in versions if one is not None}, newest=True)
    return [
        {"version": one.version, "days": one.days, "kinds": list(one.kinds), "current": one is known[-1]}
        for one in known
    ]
