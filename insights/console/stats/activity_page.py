"""Activity: how much is talked and written, how it lies among the employees, and who does most."""

from typing import Any

from django.utils.translation import gettext as _

from insights.console.stats import activity_spread, charts, contact_parts
from insights.console.stats.asking import Asked
from insights.console.stats.cells import number, pair
from insights.console.stats.content import Content, Part, headings
from insights.console.stats.names import NAMES
from insights.console.stats.places import place, tick
from insights.console.stats.sheets import Cell, Row, Table
from insights.stats.reports import activity
from insights.stats.words import REPLIES, TALK

_PLAIN = (*TALK, *REPLIES)


def content(asked: Asked) -> Content:
    answer = activity.activity(asked.scope, asked.period)
    contact = contact_parts.of_days(asked, answer)
    ranks = [_ranking(answer), contact_parts.ranking(asked, answer)]
    return Content(answer, [_spans(asked, answer), contact, activity_spread.part(answer), *ranks])


def _spans(asked: Asked, answer: dict[str, Any]) -> Part:
    days = answer["list"]
    rows = [_row(_("together"), answer["sum"], strong=True), _row(_("as many before"), answer["before"], strong=True)]
    rows += [_row(place(asked, row["day"]), row) for row in reversed(days)]
    table = Table(_("WeCom's figures of talk, and follow-ups"), headings(answer, activity.NAMES), rows)
    sets = [charts.line(NAMES[name], [row[name] for row in days], c) for name, c in _COLOURS.items()]
    return Part(
        _("Talk"), table, [charts.drawn(_("Messages and chats"), [tick(asked, row["day"]) for row in days], *sets)]
    )


_COLOURS = {"messages": charts.BLUE, "chats": charts.LIGHT}


def _row(head: str, told: dict[str, Any], strong: bool = False) -> Row:
    return Row(Cell(head), [*_talk(told), pair(told["followups"])], strong)


def _talk(told: dict[str, Any]) -> list[Cell]:
    return [
        Cell(f"{told[name]}%" if name == "replyPercentage" and told[name] is not None else number(told[name]))
        for name in _PLAIN
    ]


def _ranking(answer: dict[str, Any]) -> Part:
    rows = [
        Row(Cell(f"{n}. {row['name'] or row['employeeId']}"), _talk(row)) for n, row in enumerate(answer["ranking"], 1)
    ]
    table = Table(_("The ten who wrote most"), headings(answer, _PLAIN), rows)
    return Part(_("Ranking"), table)
