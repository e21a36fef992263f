"""Activity: what WeCom counted of talk, what was written here, and how both lie among the employees."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from corps.models import Employee
from insights.stats import reading
from insights.stats.periods import Period
from insights.stats.reading import Table
from insights.stats.reports import contact, employees, engaged, sums
from insights.stats.reports.lines import Lines, cells, headings, plain
from insights.stats.reports.talk import spread, told
from insights.stats.reports.trend import Trend, head, wire
from insights.stats.scopes import Scope
from insights.stats.terms import Metric
from insights.stats.words import CONTACT, REPLIES, TALK

# The first of the ranking; all of them are among the employees.
FIRST = 10
NAMES = (*TALK, *REPLIES, "followups")
_METRICS = (*TALK.values(), *REPLIES.values(), Metric.FOLLOWUPS)
_SPREAD = ("messages", "chats", *REPLIES)


def activity(scope: Scope, period: Period) -> dict[str, Any]:
    """``{list, sum, before, spread, ranking, silentRanking, activeMeans}``; the spread is that of the employees' own
    figures: of talk over the days, of contact on the last of them."""
    table = reading.table(scope, period.span, _METRICS, [*period.before, *period.firsts])
    found = Trend(scope, period, table, Table(), reading.counted(scope, period))
    ends = contact.ends(scope, [period.last_of(first) for first in (*period.before, *period.firsts)])
    each, mine = list(_of_each(scope, period)), engaged.of_employees(scope, period.last)

    def numbers(firsts: list[dt.date]) -> dict[str, Any]:
        return _numbers(table, firsts) | ends.on(period.last_of(firsts[-1]), found.counted.days)

    return head(found, (*NAMES, *CONTACT)) | {
        "list": [{"day": first} | numbers([first]) for first in period.firsts],
        "sum": numbers(period.firsts),
        "before": numbers(period.before),
        "spread": _spread([told({name: sums.pair(row, name) for name in TALK | REPLIES}) for row in each])
        | engaged.spreads(mine),
        **_rankings(scope, each[:FIRST], engaged.most_silent(mine, FIRST)),
        "activeMeans": contact.means(scope.corp_id, ends.versions.values()),
    }


def table(answer: dict[str, Any]) -> Lines:
    """The spans of it as lines of a file; the employees have one of their own."""
    talk = (*TALK, *REPLIES)
    pairs = ("followups", *CONTACT)
    yield [_("day"), *talk, *headings(pairs), "definition"]
    for row in answer["list"]:
        values = [*(plain(row[name]) for name in talk), *cells(row[name] for name in pairs)]
        yield [row["day"].isoformat(), *values, plain(row["definition"])]


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


def _rankings(scope: Scope, rows: list[dict[str, Any]], silent: engaged.Each) -> dict[str, Any]:
    people = Employee.objects.of_corp(scope.corp_id).filter(pk__in={*silent, *(row["ident"] for row in rows)})
    names = dict(people.values_list("pk", "name"))

    def who(ident: int) -> dict[str, Any]:
        return {"employeeId": ident, "name": names.get(ident, "")}

    talks = [told({name: sums.pair(row, name) for name in TALK | REPLIES}) for row in rows]
    return {
        "ranking": [who(row["ident"]) | talk for row, talk in zip(rows, talks, strict=True)],
        "silentRanking": [who(ident) | stood for ident, stood in silent.items()],
    }
