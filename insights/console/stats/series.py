"""What reports of spans in a row have in common: their charts, and the table below."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from insights.console.stats import charts
from insights.console.stats.asking import Asked
from insights.console.stats.cells import pair
from insights.console.stats.charts import Chart
from insights.console.stats.coming import NOTHING, Coming
from insights.console.stats.content import drill, headings
from insights.console.stats.names import NAMES
from insights.console.stats.places import place, tick
from insights.console.stats.sheets import Cell, Row, Table


def moves(
    asked: Asked, answer: dict[str, Any], colours: dict[str, str], net: str = "", after: Coming = NOTHING
) -> Chart:
    """Who came and who went, as bars, and what remained of both as a line; then what is expected."""
    sets = [charts.bars(NAMES[name], _relations(answer, name), colour) for name, colour in colours.items()]
    if net:
        sets.append(charts.line(NAMES[net], _relations(answer, net), charts.LIGHT))
    label = after.told(_("Who came and who went"))
    return charts.drawn(label, [*_places(asked, answer), *after.places], *sets, *after.sets)


def standing(asked: Asked, answer: dict[str, Any], label: str, names: Sequence[str], after: Coming = NOTHING) -> Chart:
    """What stood at the ends of the spans, and what is expected to."""
    colours = (charts.BLUE, charts.LIGHT)
    sets = [charts.line(NAMES[name], _relations(answer, name), c) for name, c in zip(names, colours, strict=False)]
    places = [*_places(asked, answer), *after.places]
    return charts.drawn(after.told(label), places, *sets, *after.sets, zero=False)


def _places(asked: Asked, answer: dict[str, Any]) -> list[str]:
    return [tick(asked, row["day"]) for row in answer["list"]]


def _relations(answer: dict[str, Any], name: str) -> list[int | None]:
    return [row[name]["relations"] if row[name] else None for row in answer["list"]]


def table(asked: Asked, answer: dict[str, Any], names: Sequence[str]) -> Table:
    """The newest first, below the sums."""
    days = asked.period
    rows = [_row(asked, Cell(_("together")), answer["sum"], names, (days.first, days.last), strong=True)]
    first, last = days.before[0], days.last_of(days.before[-1])
    rows.append(_row(asked, Cell(_("as many before")), answer["before"], names, (first, last), strong=True))
    for row in reversed(answer["list"]):
        ends = (row["day"], days.last_of(row["day"]))
        rows.append(_row(asked, Cell(place(asked, row["day"])), row, names, ends))
    return Table(_("Relations, and below them people"), headings(answer, names), rows)


def _row(asked: Asked, head: Cell, told: Any, names: Sequence[str], ends: tuple[Any, Any], strong: bool = False) -> Row:
    way = drill(asked)
    return Row(head, [pair(told[name], way.to(name, told[name], *ends)) for name in names], strong)
