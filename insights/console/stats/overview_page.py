"""The overview: every number of the last day, week and month beside the time before."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from insights.console.stats.asking import Asked
from insights.console.stats.cells import number, people, percent
from insights.console.stats.content import Card, Content, Part, drill
from insights.console.stats.names import NAMES
from insights.console.stats.sheets import Cell, Heading, Row, Table
from insights.stats.reports import overview

_FIRST = ("total", "new", "lost", "readded", "net")


def content(asked: Asked) -> Content:
    answer = overview.overview(asked.scope, asked.period)
    spans = [Heading(_("last counted day")), Heading(_("last 7 days")), Heading(_("last 30 days"))]
    rows = [
        Row(_name(answer, name), [_cell(asked, answer, name, span) for span in overview.SPANS])
        for name in overview.NAMES
    ]
    table = Table(_("Every number of the last day, 7 and 30 days, and as many before"), spans, rows)
    return Content(answer, [Part(_("All numbers"), table)], [_card(asked, answer, name) for name in _FIRST])


def _name(answer: dict[str, Any], name: str) -> Cell:
    return Cell(str(NAMES[name]), answer["definitions"][name])


def _card(asked: Asked, answer: dict[str, Any], name: str) -> Card:
    now, before = (answer["month"][side][name] for side in ("now", "before"))
    told = now or {"relations": None, "people": None}
    return Card(
        title=NAMES[name],
        shown=number(told["relations"]),
        people=people(told),
        before=_against(now, before),
        about=answer["definitions"][name],
        link=_link(asked, name, now, "month"),
    )


def _cell(asked: Asked, answer: dict[str, Any], name: str, span: str) -> Cell:
    now, before = (answer[span][side][name] for side in ("now", "before"))
    if now is None:
        return Cell("–", _against(now, before))
    told = [] if now["people"] == 0 else [people(now)]
    sub = " · ".join([*told, _against(now, before)])
    return Cell(number(now["relations"]), sub, _link(asked, name, now, span))


def _against(now: dict[str, Any] | None, before: dict[str, Any] | None) -> str:
    """The number before, and by how much there are more or fewer."""
    told = _("before: %(number)s") % {"number": number(before["relations"] if before else None)}
    if not (now and before and before["relations"] > 0):
        return told
    change = (now["relations"] - before["relations"]) / before["relations"]
    return f"{told} ({'+' if change > 0 else ''}{percent(change, 0)})"


def _link(asked: Asked, name: str, now: dict[str, Any] | None, span: str) -> str:
    last = asked.period.last
    first = last - dt.timedelta(days=overview.SPANS[span] - 1)
    return drill(asked).to(name, now, first, last)
