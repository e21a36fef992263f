"""The funnel: how many came into each stage, and which share of those who came into the one before."""

from typing import Any

from django.utils.translation import gettext as _

from insights.console.stats import charts
from insights.console.stats.asking import Asked
from insights.console.stats.cells import number, percent, share_of
from insights.console.stats.content import Content, Part, headings
from insights.console.stats.names import NAMES
from insights.console.stats.sheets import Cell, Row, Table
from insights.stats.reports import funnel

_NAMES = ("entered", "conversion", "standing")


def content(asked: Asked) -> Content:
    answer = funnel.funnel(asked.scope, asked.period)
    stages = answer["list"]
    most = max((row["entered"]["people"] for row in stages), default=0)
    rows = [_row(row, most) for row in stages]
    table = Table(_("People who came into each stage, and below them how often"), headings(answer, _NAMES), rows)
    entered = charts.bars(NAMES["entered"], [row["entered"]["people"] for row in stages], charts.BLUE)
    chart = charts.drawn(_("People who came into each stage"), [row["name"] for row in stages], entered)
    return Content(answer, [Part(_("Funnel"), table, [chart] if stages else [])])


def _row(row: dict[str, Any], most: int) -> Row:
    people = row["entered"]["people"]
    times = _("%(number)s times") % {"number": number(row["entered"]["relations"])}
    entered = Cell(number(people), times, share=share_of(people, most))
    return Row(Cell(row["name"]), [entered, Cell(percent(row["conversion"])), Cell(number(row["standing"]))])
