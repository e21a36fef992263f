"""Who is active, silent or was never contacted: by the day, and the employees with most silent ones."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from insights.choices import ContactKind
from insights.console.stats import charts
from insights.console.stats.asking import Asked
from insights.console.stats.cells import pair, share_of
from insights.console.stats.content import Part, drill, headings
from insights.console.stats.drilling import Drill
from insights.console.stats.names import NAMES
from insights.console.stats.places import place, tick
from insights.console.stats.sheets import Cell, Heading, Row, Table
from insights.stats.reports.contact import STANDING
from insights.stats.scopes import Scope
from insights.stats.terms import Dim
from insights.stats.words import CONTACT

_COLOURS = {"active": charts.BLUE, "silent": charts.RED, "neverContacted": charts.GREY}


def of_days(asked: Asked, answer: dict[str, Any]) -> Part:
    """The three at the end of each span; a number leads to its relations."""
    way, days = drill(asked), answer["list"]

    def row(told: dict[str, Any]) -> Row:
        ends = (told["day"], asked.period.last_of(told["day"]))
        cells = [pair(told[name], way.to(name, told[name], *ends)) for name in CONTACT]
        return Row(Cell(place(asked, told["day"])), [*cells, Cell(_version(told["definition"]))])

    heads = [*headings(answer, CONTACT), Heading(_("definition"))]
    table = Table(_("At the end of the day: relations, and below them people"), heads, [*map(row, reversed(days))])
    sets = [
        charts.line(NAMES[name], [told[name] and told[name]["relations"] for told in days], colour)
        for name, colour in _COLOURS.items()
    ]
    places = [tick(asked, one["day"]) for one in days]
    chart = charts.drawn(_("Active, silent and never contacted relations"), places, *sets)
    return Part(_("Contact with customers"), table, [chart], _note(answer))


def ranking(asked: Asked, answer: dict[str, Any]) -> Part:
    """The ten employees with most silent relations on the last day."""
    rows, last = answer["silentRanking"], asked.period.last
    most = max((row["silent"]["relations"] for row in rows), default=0)
    lines = []
    for n, told in enumerate(rows, 1):
        way = Drill(asked.reader, Scope(asked.scope.corp_id, Dim.EMPLOYEE, (told["employeeId"],)))
        share = share_of(told["silent"]["relations"], most)
        cells = [
            pair(told[name], way.to(name, told[name], last, last), share if name == "silent" else None)
            for name in STANDING
        ]
        lines.append(Row(Cell(f"{n}. {told['name'] or told['employeeId']}"), cells))
    table = Table(_("The ten with most silent relations on the last day"), headings(answer, STANDING), lines)
    return Part(_("Silent customers by employee"), table)


def _note(answer: dict[str, Any]) -> str:
    """By what the numbers were counted, and what holds next where that is another."""
    used = {row["definition"] for row in (*answer["list"], answer["before"])}
    told = [
        means(one) if one["version"] in used else _("From the next count on: %(what)s") % {"what": means(one)}
        for one in answer["activeMeans"]
    ]
    return " ".join(told)


def means(one: dict[str, Any]) -> str:
    """A version of the definition as a sentence."""
    kinds = " · ".join(str(ContactKind(kind).label) for kind in one["kinds"])
    words = {"version": _version(one["version"]), "n": one["days"], "kinds": kinds}
    told = ngettext(
        "Active by %(version)s: contact on the last day (%(kinds)s).",
        "Active by %(version)s: contact on one of the last %(n)d days (%(kinds)s).",
        one["days"],
    )
    return told % words


def _version(version: int | None) -> str:
    if version is None:
        return "–"
    return pgettext("definition", "version %(n)d") % {"n": version} if version else _("the usual definition")
