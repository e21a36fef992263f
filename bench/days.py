"""A year of daily statistics by one statement for each family and dimension, to ask reports about.

``rebuild_stats`` counts a day at a time: at a million customers that is measured, and not waited for a year long. What
comes and goes is what it would count; what stands at the end of a day is the same here each day.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from django.db import connection

from bench import spread
from core.sql import fetched_by_name
from core.time import now
from corps.models import Corp
from insights.models import DailyStat, StatWindow
from insights.stats import counting, windows
from insights.stats.families import FAMILIES, Family, kept
from insights.stats.terms import Dim, Span
from insights.stats.windows import DAY

DAYS = 400
STAT = "corp_id span day dim metric ident detail relations people"
# When a row came or went, as the condition on it says.
_MOMENT = re.compile(r"(\w+\.\w+) (>= %\(start\)s|BETWEEN)")


def fill(corp: Corp) -> None:
    """Write the days' rows of this company where there are none; weeks and months are not asked for. Needs MySQL."""
    last = windows.today_of(corp) - DAY
    all_days = windows.days(last - (DAYS - 1) * DAY, last)
    marks = StatWindow.objects.of_corp(corp.pk)
    if marks.filter(span=Span.DAY, day=all_days[0]).exists():
        return
    marks.delete()
    DailyStat.objects.of_corp(corp.pk).delete()
    for family in (*FAMILIES, kept()):
        for dim in family.dims:
            spread.insert("daily_stat", STAT, _rows(corp, family, dim, all_days))
    StatWindow.objects.bulk_create(
        StatWindow(corp=corp, span=Span.DAY, day=day, final=True, computed_at=now()) for day in all_days
    )


def _rows(corp: Corp, family: Family, dim: Dim, all_days: list[dt.date]) -> Iterator[spread.Row]:
    moves = _MOMENT.search(family.where)
    for day, ident, detail, *numbers in _counted(corp, family, dim, all_days, moves and moves[1]):
        for n, one in enumerate(family.counts):
            pair = (int(numbers[2 * n] or 0), int(numbers[2 * n + 1] or 0))
            for which in (day,) if moves else all_days:
                if any(pair):
                    yield (corp.pk, Span.DAY, which, int(dim), int(one.metric), ident, one.detail or detail, *pair)


def _counted(corp: Corp, family: Family, dim: Dim, all_days: list[dt.date], moment: str | None) -> Any:
    first, last = all_days[0] if moment else all_days[-1], all_days[-1]
    ends = [windows.window(corp, Span.DAY, day, today=last + DAY) for day in (first, last)]
    instants = map(connection.ops.adapt_datetimefield_value, (ends[0].start, ends[1].end))
    given = {"corp": corp.pk, "first": first, "last": last} | dict(zip(("start", "end"), instants, strict=True))
    # Eight hours are the zone of the dataset's company, and a day of WeCom's figures lies on its own.
    day = f"DATE({moment} + INTERVAL {0 if moment == 't.day' else 8} HOUR)" if moment else "NULL"
    asked = counting.statement(family, dim).replace("SELECT ", f"SELECT {day} AS at_day, ", 1) + ", at_day"
    return fetched_by_name(asked, given)
