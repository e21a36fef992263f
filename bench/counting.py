"""Statistics of days, inside Django: ``python -m bench.within counting day``, and with ``rebuild DAYS`` of many."""

import datetime as dt
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from bench import clock, inprocess, past, processes, timelines
from corps.models import Corp
from insights.models import DailyStat, StatWindow
from insights.stats import computing, rebuilding, staging, windows
from insights.stats.terms import Span
from insights.stats.windows import DAY

# Of each the quickest is taken: what else the machine does makes some slower, none faster.
CALLS = 3
# The first days of a rebuild fill the pools and caches of the process; from there on it must not grow.
WARM = 5


def main(arguments: Sequence[str]) -> None:
    """Fill what is missing, and print the figures as JSON."""
    corp = Corp.objects.get()
    past.fill(corp)
    timelines.fill(corp)
    with clock.stands():
        found = rebuild(corp, int(arguments[1])) if "rebuild" in arguments else one_day(corp)
    sys.stdout.write(json.dumps(found) + "\n")


def one_day(corp: Corp) -> dict[str, Any]:
    """Milliseconds of counting yesterday for the first time and again, and of its bare queries, taken in turn."""
    queries = _queries(corp)
    times: dict[str, list[float]] = {"first": [], "again": [], "sql": []}
    each: dict[str, list[float]] = {}
    for _n in range(CALLS):
        _forget(corp, day=_yesterday(corp))
        times["first"].append(_ms(lambda: _count(corp)))
        times["again"].append(_ms(lambda: _count(corp)))
        took = [_ms(lambda sql=sql, given=given: _bare(sql, given)) for sql, given in queries]
        times["sql"].append(sum(took))
        for (sql, _given), ms in zip(queries, took, strict=True):
            each.setdefault(_table(sql), []).append(ms)
    rows = DailyStat.objects.of_corp(corp.pk).filter(span=Span.DAY, day=_yesterday(corp)).count()
    tables = {name: sum(ms) / CALLS for name, ms in each.items()}
    return {name: min(ms) for name, ms in times.items()} | {"rows": rows, "queries": len(queries), "tables": tables}


def rebuild(corp: Corp, days: int) -> dict[str, Any]:
    """Seconds of counting so many days up to yesterday, none of which was counted, and what the process grew by."""
    last = _yesterday(corp)
    first = last - (days - 1) * DAY
    _forget(corp, day__gte=first)
    began, start, most = time.perf_counter(), 0.0, 0.0
    for number, _step in enumerate(rebuilding.rebuild(corp, first, last)):
        size = processes.resident_mb([os.getpid()])
        start = size if number < WARM else start
        most = max(most, size)
    took = time.perf_counter() - began
    rows = DailyStat.objects.of_corp(corp.pk).filter(span=Span.DAY, day__gte=first).count()
    return {"days": days, "s": took, "rows": rows, "grown_mb": most - start}


def _count(corp: Corp) -> None:
    day = _yesterday(corp)
    computing.compute(corp=corp, span=Span.DAY, day=day, today=day + DAY)


def _yesterday(corp: Corp) -> dt.date:
    return windows.today_of(corp) - DAY


def _queries(corp: Corp) -> list[tuple[str, Any]]:
    """The statements that a day is counted by, with their parameters; those that lay rows ready for others too."""
    with inprocess.recorded() as seen:
        _count(corp)
    return [(sql, given) for sql, given in seen if "GROUP BY" in sql or staging.TABLE in sql]


def _table(sql: str) -> str:
    """What a statement reads first, or what it lays ready or takes away."""
    return sql.split("FROM", 1)[1].split()[0] if "FROM" in sql else staging.TABLE


def _bare(sql: str, given: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        if cursor.description:
            cursor.fetchall()


def _forget(corp: Corp, **which: Any) -> None:
    for model in (DailyStat, StatWindow):
        model.objects.of_corp(corp.pk).filter(**which).delete()


def _ms(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000
