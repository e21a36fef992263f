"""Employees, departments and channels side by side, the greatest first."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from insights.console.stats.asking import Asked
from insights.console.stats.cells import number, pair, share_of
from insights.console.stats.content import Content, Part
from insights.console.stats.drilling import Drill
from insights.console.stats.names import NAMES
from insights.console.stats.sheets import Cell, Heading, Row, Table
from insights.stats.reports import departments, employees
from insights.stats.scopes import Scope
from insights.stats.terms import Dim
from insights.stats.words import CONTACT, REPLIES

SIZE = 20
# As many as can be read beside each other; the file has all.
_MOVES = ("new", "readded", "lost", "lostByCustomer", "transferred", "followups", "tagsPut", "warningsOpened")
_OF_EMPLOYEES = ("total", *CONTACT, *_MOVES, "chats", "messages", "negativeFeedback", *REPLIES)
Report = Callable[..., dict[str, Any]]


def of_employees(asked: Asked) -> Content:
    return _ranked(asked, employees, employees.employees, Dim.EMPLOYEE, _OF_EMPLOYEES)


def of_departments(asked: Asked) -> Content:
    return _ranked(asked, departments, departments.departments, Dim.DEPARTMENT, ("total", *CONTACT, *departments.PAIRS))


def _ranked(asked: Asked, kind: Any, report: Report, dim: Dim, names: Sequence[str]) -> Content:
    answer = report(asked.scope, asked.period, **asked.more, size=SIZE)
    lines = [_row(asked, dim, names, answer, n) for n in range(len(answer["list"]))]
    heads = [_heading(asked, answer, name, name in kind.SORTS) for name in names]
    table = Table(_("Relations, and below them people; the greatest first"), heads, lines)
    return Content(answer, [Part(_("Side by side"), table)], page=answer["page"], more=answer["more"])


def _row(asked: Asked, dim: Dim, names: Sequence[str], answer: dict[str, Any], n: int) -> Row:
    row, sort = answer["list"][n], asked.more["sort"]
    name = dim.name.lower()
    ident = row[f"{name}Id"]
    drill = Drill(asked.reader, Scope(asked.scope.corp_id, dim, (ident,)))
    head = f"{(answer['page'] - 1) * SIZE + n + 1}. {row['name'] or ident}"
    share = share_of(_value(row[sort]), max(_value(one[sort]) for one in answer["list"]))
    cells = [_cell(asked, drill, row, one, share if one == sort else None) for one in names]
    return Row(Cell(head, link=_growth(asked, name, ident)), cells)


def _cell(asked: Asked, drill: Drill, row: dict[str, Any], name: str, share: float | None) -> Cell:
    told = row[name]
    if not isinstance(told, dict):
        return Cell(number(told), share=share)
    return pair(told, drill.to(name, told, asked.period.first, asked.period.last), share)


def _value(told: Any) -> int:
    return int(told["relations"] if isinstance(told, dict) else told or 0)


def _heading(asked: Asked, answer: dict[str, Any], name: str, sortable: bool) -> Heading:
    link = f"?{urlencode(asked.query | {'sort': name})}" if sortable else ""
    return Heading(NAMES[name], answer["definitions"][name], link, chosen=name == asked.more["sort"])


def _growth(asked: Asked, name: str, ident: int) -> str:
    """Its own curve over the same days."""
    days = {key: value for key, value in asked.query.items() if key in ("first", "last", "by", "corp")}
    return f"{reverse('admin:insights_dailystat_growth')}?{urlencode(days | {name: ident})}"
