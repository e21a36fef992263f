"""How the model would have done: past days are scored by what was known then, and compared with what came of it."""

import datetime as dt
from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo

from core.time import day_range, now
from corps.models import Corp
from customers.choices import RelationStatus
from customers.models import RelationEpisode
from insights.churn import facts, model
from insights.churn.levels import Thresholds
from insights.churn.report import Report

BATCH = 500
LOST = (RelationStatus.ENDED_BY_CUSTOMER, RelationStatus.ENDED_BY_EMPLOYEE)


def days(first: dt.date, last: dt.date, within: int) -> Iterator[dt.date]:
    """The days that are scored: so far apart that no loss is counted twice."""
    day = first
    while day <= last:
        yield day
        day += dt.timedelta(days=within)


def settled(corp_id: int, within: int) -> dt.date:
    """The last day of which the company can know what came of it by now."""
    return (now() - dt.timedelta(days=within)).astimezone(_zone(corp_id)).date()


def run(*, corp_id: int, first: dt.date, last: dt.date, within: int = 30) -> Report:
    """Score the relations that lived when each of the days began, and count which of them were lost.

    A relation that was handed over, or ended without anybody having told how, is left out of that day. Only the
    counts are held, however many relations there are.

    Args:
        first, last: days of the company's zone.
        within: in how many days a loss must have come.
    """
    report, zone = Report(Thresholds.of(corp_id)), _zone(corp_id)
    for day in days(first, last, within):
        moment = day_range(day, zone)[0]
        report.days += 1
        after = 0
        while ids := facts.page(corp_id, after=after, size=BATCH):
            _judge(report, corp_id, ids, moment, dt.timedelta(days=within))
            after = ids[-1]
    return report


def _judge(report: Report, corp_id: int, ids: Collection[int], moment: dt.datetime, within: dt.timedelta) -> None:
    # Tags are known as they stand now only: an employee's may be gone with the relation, and would tell its end.
    known = facts.of_customers(corp_id, ids, moment, tags=False)
    ends = _ends(ids, moment, within)
    for pair, found in known.items():
        if pair not in ends or ends[pair] in LOST:
            report.add(model.judge(found).score, lost=pair in ends)


def _ends(ids: Collection[int], moment: dt.datetime, within: dt.timedelta) -> dict[facts.Pair, int | None]:
    """How the relations that lived at the moment ended soon after it."""
    rows = RelationEpisode.objects.filter(
        customer_id__in=ids, began_at__lte=moment, ended_at__gt=moment, ended_at__lte=moment + within
    )
    return {(customer, employee): how for customer, employee, how in rows.values_list(*_END)}


_END = ("customer_id", "employee_id", "ended_by")


def _zone(corp_id: int) -> ZoneInfo:
    return Corp.objects.get(pk=corp_id).zone
