"""Retention: how many of those added in a month were still there after so many days."""

from typing import Any

from django.utils.translation import gettext as _

from insights.console.stats import charts
from insights.console.stats.asking import Asked
from insights.console.stats.cells import number, pair, percent
from insights.console.stats.content import Content, Part
from insights.console.stats.names import NAMES
from insights.console.stats.sheets import Cell, Heading, Row, Table
from insights.stats.reports import retention
from insights.stats.terms import KEPT_AFTER


def content(asked: Asked) -> Content:
    answer = retention.retention(asked.scope, asked.period)
    heads = [Heading(NAMES["new"]), *(kept_heading(answer, n) for n in KEPT_AFTER)]
    rows = [Row(Cell(_("together")), _cells(answer["all"]), strong=True)]
    rows += [Row(Cell(row["month"]), _cells(row)) for row in reversed(answer["list"])]
    table = Table(
        _("By the month in which they were added: the share that stayed, and how many of how many"), heads, rows
    )
    curve = [None if one["rate"] is None else round(100 * one["rate"], 1) for one in answer["all"]["kept"]]
    places = [_("%(n)d days") % {"n": n} for n in KEPT_AFTER]
    chart = charts.drawn(
        _("How many stayed, in percent"), places, charts.line(NAMES["kept"], curve, charts.BLUE), percent=True
    )
    return Content(answer, [Part(_("Retention by month of adding"), table, [chart])])


def _cells(row: dict[str, Any]) -> list[Cell]:
    return [pair(row["new"]), *(kept_cell(one, row["new"]) for one in row["kept"])]


def kept_heading(answer: dict[str, Any], n: int) -> Heading:
    return Heading(_("%(n)d days") % {"n": n}, answer["definitions"]["kept"])


def kept_cell(one: dict[str, Any], new: dict[str, int]) -> Cell:
    """The share of one point, coloured by it."""
    if one["rate"] is None:
        return Cell("–", _("too early") if new["relations"] else "")
    told = {"stayed": number(one["stayed"]["relations"]), "of": number(one["of"]["relations"])}
    return Cell(percent(one["rate"]), _("%(stayed)s of %(of)s") % told, shade=one["rate"])
