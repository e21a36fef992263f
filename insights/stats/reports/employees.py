"""The employees side by side, ranked by any of their numbers."""

from typing import Any

from django.utils.translation import gettext as _

from corps.models import Employee
from insights.stats import reading
from insights.stats.periods import Period
from insights.stats.reports import contact, sums
from insights.stats.reports.contact import STANDING
from insights.stats.reports.lines import Lines, cells, headings, plain
from insights.stats.reports.talk import told
from insights.stats.reports.trend import Trend, head, wire
from insights.stats.scopes import Scope
from insights.stats.terms import Dim, Metric, Span
from insights.stats.words import CONTACT, MOVES, REPLIES, TALK, WORK

# By the day, a quarter: each employee's rows of each day are looked at.
MOST = {Span.DAY: 92, Span.WEEK: 53, Span.MONTH: 24}
PAIRS = {name: metric for name, metric in (MOVES | WORK).items() if metric != Metric.LOST_UNKNOWN}
SORTS = ("new", "lost", "readded", "followups", "messages", "chats")
# All of a company's in a file.
MOST_ROWS = 10_000


def employees(scope: Scope, period: Period, *, sort: str, page: int, size: int) -> dict[str, Any]:
    """``{list, page, size, more}``, the greatest first; who has no number at all isn't listed."""
    start = (page - 1) * size
    rows = ranked(scope, period, sort)[start : start + size + 1]
    found = Trend(scope, period, reading.Table(), reading.Table(), reading.counted(scope, period))
    listed = _named(scope, period, list(rows))
    names = (*STANDING, *PAIRS, *TALK, *REPLIES)
    more = len(listed) > size
    return head(found, names) | {"list": listed[:size], "page": page, "size": size, "more": more}


def table(scope: Scope, period: Period, sort: str) -> Lines:
    """All of them as lines of a file, with a heading."""
    names, talk = ("total", *PAIRS), (*TALK, *REPLIES)
    yield [_("employee"), _("userid"), *headings(names), *talk, *headings(CONTACT)]
    for row in _named(scope, period, list(ranked(scope, period, sort)[:MOST_ROWS])):
        values = [*(plain(row[name]) for name in talk), *cells(row[name] for name in CONTACT)]
        yield [row["name"], row["userid"], *cells(row[name] for name in names), *values]


def ranked(scope: Scope, period: Period, sort: str) -> Any:
    """The sums of each employee, in the order of one of them."""
    wanted = {name: sums.of(metric) for name, metric in (PAIRS | TALK | REPLIES).items()}
    rows = reading.of_employees(scope, period.span, period.first, period.last)
    metrics = [int(metric) for metric in (PAIRS | TALK | REPLIES).values()]
    return sums.summed(rows.filter(metric__in=metrics), wanted).order_by(f"-{sort}_relations", "ident")


def _named(scope: Scope, period: Period, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    idents = [row["ident"] for row in rows]
    people = {one.pk: one for one in Employee.objects.of_corp(scope.corp_id).filter(pk__in=idents)}
    stood = contact.of_each(scope.corp_id, Dim.EMPLOYEE, period.last, idents)
    return [_row(row, people.get(row["ident"]), stood.get(row["ident"], contact.stood({}))) for row in rows]


def _row(row: dict[str, Any], who: Employee | None, stood: dict[str, Any]) -> dict[str, Any]:
    about = {"employeeId": row["ident"], "name": who.name if who else "", "userid": who.userid if who else ""}
    moves = {name: wire(sums.pair(row, name)) for name in PAIRS}
    return about | stood | moves | told({name: sums.pair(row, name) for name in TALK | REPLIES})
