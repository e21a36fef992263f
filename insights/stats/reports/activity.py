"""Activity: what WeCom counted of talk, what was written here, and how both lie among the employees."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from corps.models import Employee
from insights.stats import reading
from insights.stats.periods import Period
from insights.stats.reading import Table
from insights.stats.reports import employees, sums
from insights.stats.reports.lines import Lines, cells, headings, plain
from insights.stats.reports.talk import spread, told
from insights.stats.reports.trend import Trend, head, wire
from insights.stats.scopes import Scope
from insights.stats.terms import Metric
from insights.stats.words import REPLIES, TALK

# The first of the ranking; all of them are among the employees.
FIRST = 10
NAMES = (*TALK, *REPLIES, "followups")
_METRICS = (*TALK.values(), *REPLIES.values(), Metric.FOLLOWUPS)
_SPREAD = ("messages", "chats", *REPLIES)


def activity(scope: Scope, period: Period) -> dict[str, Any]:
    """``{list, sum, before, spread, ranking}``; the spread is that of the employees' own figures."""
    table = reading.table(scope, period.span, _METRICS, [*period.before, *period.firsts])
    found = Trend(scope, period, table, Table(), reading.counted(scope, period))
    each = list(_of_each(scope, period))
    return head(found, NAMES) | {
        "list": [{"day": first} | _numbers(table, [first]) for first in period.firsts],
        "sum": _numbers(table, period.firsts),
        "before": _numbers(table, period.before),
        "spread": _spread([told({name: sums.pair(row, name) for name in TALK | REPLIES}) for row in each]),
        "ranking": _ranking(scope, each[:FIRST]),
    }


def table(answer: dict[str, Any]) -> Lines:
    """The spans of it as lines of a file; the employees have one of their own."""
    talk = (*TALK, *REPLIES)
    yield [_("day"), *talk, *headings(["followups"])]
    for row in answer["list"]:
        yield [row["day"].isoformat(), *(plain(row[name]) for name in talk), *cells([row["followups"]])]


def _of_each(scope: Scope, period: Period) -> Any:
    wanted = {name: sums.of(metric) for name, metric in (TALK | REPLIES).items()}
    rows = reading.of_employees(scope, period.span, period.first, period.last)
    rows = rows.filter(metric__in=[int(metric) for metric in (TALK | REPLIES).values()])
    return sums.summed(rows, wanted).order_by("-messages_relations", "ident")[: employees.MOST_ROWS]


def _numbers(table: Table, firsts: list[dt.date]) -> dict[str, Any]:
    talk = told({name: table.sum(firsts, metric) for name, metric in (TALK | REPLIES).items()})
    return talk | {"followups": wire(table.sum(firsts, Metric.FOLLOWUPS))}


def _spread(each: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: spread([row[name] for row in each if row[name] is not None]) for name in _SPREAD}


def _ranking(scope: Scope, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    people = Employee.objects.of_corp(scope.corp_id).filter(pk__in=[row["ident"] for row in rows])
    names = dict(people.values_list("pk", "name"))
    talks = [told({name: sums.pair(row, name) for name in TALK | REPLIES}) for row in rows]
    about = [{"employeeId": row["ident"], "name": names.get(row["ident"], "")} for row in rows]
    return [who | talk for who, talk in zip(about, talks, strict=True)]
