"""How the employees' own numbers lie: who is in the middle, and how far the first and the last are from there."""

from typing import Any

from django.utils.translation import gettext as _

from insights.console.stats.cells import number, share_of
from insights.console.stats.content import Part
from insights.console.stats.names import NAMES
from insights.console.stats.sheets import Cell, Heading, Row, Table


def part(answer: dict[str, Any]) -> Part:
    parts = {"p0": _("least"), "p25": _("a quarter below"), "p50": _("half below"), "p75": _("three quarters below")}
    columns = parts | {"p100": _("greatest"), "mean": _("mean"), "of": _("employees")}
    rows = []
    for name, told in answer["spread"].items():
        most = told["p100"] or 0
        cells = [
            Cell(number(told[key]), share=share_of(told[key] or 0, most) if key in parts else None) for key in columns
        ]
        rows.append(Row(Cell(str(NAMES[name])), cells))
    table = Table(
        _("How the employees' own numbers of these days lie"), [Heading(text) for text in columns.values()], rows
    )
    return Part(_("Distribution"), table)
