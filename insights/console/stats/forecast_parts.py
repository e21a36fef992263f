"""The forecast of growth in tables: the days to come, and how it did on past ones."""

from typing import Any

from django.utils.translation import gettext as _

from insights.console.stats.cells import number, percent
from insights.console.stats.content import Part, headings
from insights.console.stats.names import NAMES
from insights.console.stats.sheets import Cell, Heading, Row, Table
from insights.stats.reports import forecast


def parts(answer: dict[str, Any]) -> list[Part]:
    shown = any(one["shown"] for both in answer["numbers"].values() for one in both.values())
    return [*([_days(answer)] if shown else []), _trial(answer)]


def _days(answer: dict[str, Any]) -> Part:
    rows = [Row(Cell(_("together")), [_cell(answer["sum"].get(name)) for name in forecast.NAMES], strong=True)]
    rows += [
        Row(Cell(f"{row['day']:%Y-%m-%d}"), [_cell(row[name]) for name in forecast.NAMES]) for row in answer["list"]
    ]
    caption = _("Relations that are expected, with their range; behind the dot people")
    table = Table(caption, headings(answer, forecast.NAMES), rows)
    words = {"share": percent(answer["coverage"], 0), "days": answer["horizon"]}
    note = _("The next %(days)d days. On past days, %(share)s of the numbers lay within such a range.") % words
    return Part(_("Forecast"), table, note=note)


def _cell(told: dict[str, Any] | None) -> Cell:
    """What is expected of relations, and below it the range, and people."""
    if told is None:
        return Cell("")
    relations, people = told["relations"], told["people"]
    more = [_("%(number)s people") % {"number": _whole(people["value"])}] if people else []
    if relations is None:
        return Cell("–", " · ".join(more))
    span = f"{_whole(relations['low'])} – {_whole(relations['high'])}"
    # On a phone a line ends at the dot.
    parts = [part.replace(" ", "\N{NO-BREAK SPACE}") for part in (span, *more)]
    return Cell(_whole(relations["value"]), " · ".join(parts))


def _whole(value: float) -> str:
    """Of small numbers the tenths matter."""
    return number(round(value) if abs(value) >= 10 else round(value, 1))


def _trial(answer: dict[str, Any]) -> Part:
    heads = [_("forecast"), _("as on the last day"), _("as a week before"), _("result")]
    rows = [
        Row(Cell(str(NAMES[name]), str(NAMES[which])), [*map(_error, (one[k] for k in _ERRORS)), Cell(_result(one))])
        for name, both in answer["numbers"].items()
        for which, one in both.items()
    ]
    table = Table(_("By how much each was wrong on past days, on average"), [Heading(text) for text in heads], rows)
    words = {"history": answer["history"], "least": answer["least"], "margin": percent(answer["margin"], 0)}
    note = _(
        "Read from %(history)d days without a gap; %(least)d are needed. A number is told only where the forecast was"
        " wrong by at least %(margin)s less than both ways of saying that all stays as before."
    )
    return Part(_("How the forecast did on past days"), table, note=note % words)


_ERRORS = ("error", "naiveError", "seasonalError")


def _error(value: float | None) -> Cell:
    return Cell("–" if value is None else f"{value:,.2f}")


def _result(one: dict[str, Any]) -> str:
    texts = {"": _("better, and told"), "history_short": _("too few days"), "not_better": _("not better, so not told")}
    return texts[one["reason"]]
