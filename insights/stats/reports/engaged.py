"""How active, silent and never contacted relations lie among the employees, and who has most silent ones."""

import datetime as dt
from typing import Any

from insights.stats.reports import contact
from insights.stats.reports.talk import spread
from insights.stats.scopes import Scope
from insights.stats.terms import Dim
from insights.stats.words import CONTACT

Each = dict[int, dict[str, Any]]


def of_employees(scope: Scope, day: dt.date) -> Each:
    """Employee → their total and the three at the end of a day; who has nobody, or wasn't counted so, is left out."""
    found = contact.of_each(scope.corp_id, Dim.EMPLOYEE, day, scope.employees)
    return {ident: row for ident, row in found.items() if row["total"]["relations"] and row["active"]}


def spreads(each: Each) -> dict[str, Any]:
    """For each of the three, how the employees' own relations lie."""
    return {name: spread([row[name]["relations"] for row in each.values()]) for name in CONTACT}


def most_silent(each: Each, most: int) -> Each:
    """Those with the most silent relations first; who has none isn't listed."""
    silent = [(-row["silent"]["relations"], ident) for ident, row in each.items() if row["silent"]["relations"]]
    return {ident: each[ident] for _number, ident in sorted(silent)[:most]}
