"""The channels side by side: who came by each, who went, and who stayed."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from customers.channels.figures import NONE, UNKNOWN
from insights.console.stats import charts
from insights.console.stats.asking import Asked
from insights.console.stats.cells import pair
from insights.console.stats.content import Content, Part, headings
from insights.console.stats.drilling import Drill
from insights.console.stats.names import NAMES
from insights.console.stats.retention_page import kept_cell, kept_heading
from insights.console.stats.sheets import Cell, Row, Table
from insights.stats.reports import channels
from insights.stats.scopes import Scope
from insights.stats.terms import KEPT_AFTER, Dim
from insights.stats.words import CONTACT

_PAIRS = ("total", *CONTACT, *channels.PAIRS)
# As a chart stays readable.
_DRAWN = 12


def content(asked: Asked) -> Content:
    answer = channels.channels(asked.scope, asked.period)
    heads = [*headings(answer, _PAIRS), *(kept_heading(answer, n) for n in KEPT_AFTER)]
    table = Table(_("Relations, and below them people"), heads, [_row(asked, row) for row in answer["list"]])
    drawn = answer["list"][:_DRAWN]
    colours = {"new": charts.BLUE, "lost": charts.RED}
    sets = [charts.bars(NAMES[name], [row[name]["relations"] for row in drawn], c) for name, c in colours.items()]
    chart = charts.drawn(_("Who came and who went by channel"), [_name(row) for row in drawn], *sets)
    return Content(answer, [Part(_("Channels"), table, [chart] if drawn else [])])


def _row(asked: Asked, row: dict[str, Any]) -> Row:
    ident = row["channelId"] or {"unknown": UNKNOWN, "none": NONE}[row["kind"]]
    drill, days = Drill(asked.reader, Scope(asked.scope.corp_id, Dim.CHANNEL, (ident,))), asked.period
    cells = [pair(row[name], drill.to(name, row[name], days.first, days.last)) for name in _PAIRS]
    growth = f"{reverse('admin:insights_dailystat_growth')}?{urlencode(asked.query | {'channel': ident})}"
    return Row(Cell(_name(row), link=growth), [*cells, *(kept_cell(one, row["new"]) for one in row["kept"])])


def _name(row: dict[str, Any]) -> str:
    others = {"unknown": _("unnamed states"), "none": _("without a channel"), "channel": _("a channel that is gone")}
    return row["name"] or others[row["kind"]]
