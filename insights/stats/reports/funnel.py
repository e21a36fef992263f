"""The funnel: how many came into each stage, and which share of those who came into the one before."""

from typing import Any

from django.utils.translation import gettext as _

from customers.models import Stage
from insights.stats import reading
from insights.stats.periods import Period
from insights.stats.reading import Pair
from insights.stats.reports.lines import Lines, cells, headings, plain
from insights.stats.reports.trend import Trend, head, wire
from insights.stats.scopes import Scope
from insights.stats.terms import Dim, Metric


def funnel(scope: Scope, period: Period) -> dict[str, Any]:
    """``{list}`` in the order of the stages; ``standing`` is told of the whole company alone."""
    table = reading.table(scope, period.span, (Metric.STAGE_ENTERED,), period.firsts)
    stood = reading.standing(scope, (Metric.IN_STAGE,), (period.last,))
    found = Trend(scope, period, table, stood, reading.counted(scope, period))
    rows: list[dict[str, Any]] = []
    above: Pair | None = None
    for pk, name in Stage.objects.of_corp(scope.corp_id).order_by("order", "id").values_list("pk", "name"):
        entered = found.flows.sum(period.firsts, Metric.STAGE_ENTERED, pk)
        row = {"stageId": pk, "name": name, "entered": wire(entered), "conversion": _share(entered, above)}
        rows.append(row | {"standing": _standing(found, pk)})
        above = entered
    return head(found, ("entered", "conversion", "standing")) | {"list": rows}


def table(answer: dict[str, Any]) -> Lines:
    """The same as lines of a file."""
    yield [_("stage"), *headings(["entered"]), "conversion", "standing"]
    for row in answer["list"]:
        yield [row["name"], *cells([row["entered"]]), plain(row["conversion"]), plain(row["standing"])]


def _share(entered: Pair, above: Pair | None) -> float | None:
    return round(entered.people / above.people, 4) if above and above.people else None


def _standing(found: Trend, stage: int) -> int | None:
    """None also of a day that was only rebuilt: the record doesn't remember who was in which stage."""
    if found.scope.dim != Dim.CORP or not found.stood.pairs:
        return None
    return found.stood.pair(found.period.last, Metric.IN_STAGE, stage).people
