"""Segments by bitmaps and by SQL, inside Django: ``python -m bench.within bitmaps``."""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from bench import tree_forms
from bench.tree_questions import FAME, MOMENT, preview, tags_by_fame, trees
from corps.actors import SYSTEM
from corps.models import Corp
from customers import lifecycle
from customers.models import Customer
from segments import asking
from segments.bitmaps import memory, upkeep
from segments.bitmaps.folding import fold
from segments.conditions import parsing
from segments.models import BitmapIndex

TREES = 200
# Customers that change: at once, and one by one.
MANY, ONES = 500, 40
CALLS, SLOW_CALLS = 50, 3


def main(arguments: Sequence[str]) -> None:
    """Print the figures as JSON; with ``memory`` what a process that does nothing else takes for all bitmaps."""
    corp = Corp.objects.get()
    found = {"mb": _all_held(corp)} if "memory" in arguments else figures(corp)
    sys.stdout.write(json.dumps(found) + "\n")


def figures(corp: Corp) -> dict[str, Any]:
    """How long building took, what the bitmaps weigh, and the times in milliseconds of what is asked and changed."""
    began = time.perf_counter()
    if not upkeep.rebuild(corp):
        raise SystemExit("somebody else builds these bitmaps")
    index = BitmapIndex.objects.get(corp=corp)
    # Kilobytes, on Linux: the most that this process ever had.
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found: dict[str, Any] = {"customers": index.customers, "bytes": index.size}
    found |= {"build_s": time.perf_counter() - began, "build_mb": most}
    # As the folder does all the time: an older run's changes are no news.
    fold(corp)
    tags = tags_by_fame()
    found["previews"] = {name: _preview(corp, tuple(tags[p] for p in places)) for name, places in FAME.items()}
    return found | _trees(corp, tags) | _updates(corp)


def _preview(corp: Corp, tags: Any) -> dict[str, Any]:
    condition = parsing.parse(preview(tags), corp=corp)
    count = asking.count(condition, moment=MOMENT)
    found = {"count": count, "bitmaps": _ms(lambda: asking.count(condition, moment=MOMENT), CALLS), "sql": {}}
    for name, sql in tree_forms.statements(tags).items():
        if (other := _counted(sql)) != count:
            raise SystemExit(f"{name}: {other} customers, not {count}")
        found["sql"][name] = _ms(lambda sql=sql: _counted(sql), SLOW_CALLS)  # type: ignore[misc]
    return found


def _trees(corp: Corp, tags: list[int]) -> dict[str, Any]:
    """Each tree once by a process that knows nothing yet, then once more."""
    conditions = [parsing.parse(document, corp=corp) for document in trees(TREES, tags)]
    memory.forget()
    first = [_once(lambda c=condition: asking.count(c, moment=MOMENT)) for condition in conditions]  # type: ignore[misc]
    again = [_once(lambda c=condition: asking.count(c, moment=MOMENT)) for condition in conditions]  # type: ignore[misc]
    return {"trees_first": _spread(first), "trees": _spread(again)}


def _updates(corp: Corp) -> dict[str, float]:
    """Folding, for each changed customer. They are spread over the company, and are as before in the end."""
    rows = list(Customer.objects.of_corp(corp.pk).alive().order_by("external_userid")[:MANY])
    cities = {row.pk: row.city for row in rows}
    many = _folded(corp, rows, lambda _row: "拉萨") / MANY
    ones = [_folded(corp, [row], lambda row: cities[row.pk]) for row in rows[:ONES]]
    back = _folded(corp, rows[ONES:], lambda row: cities[row.pk]) / (MANY - ONES)
    return {"update_many": statistics.median([many, back]), "update_one": statistics.median(ones)}


def _folded(corp: Corp, rows: list[Customer], city: Callable[[Customer], str | None]) -> float:
    for row in rows:
        lifecycle.update(customer=row, city=city(row), by=SYSTEM, source="system")
    return _once(lambda: fold(corp))


def _all_held(corp: Corp) -> float:
    """Megabytes by which this process grows when it reads every bitmap there is."""
    before = _resident()
    held = memory.current(corp.pk, corp.time_zone)
    assert held
    held.atoms(held.names)
    return _resident() - before


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 2**20


def _counted(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def _ms(call: Callable[[], object], calls: int) -> float:
    call()
    return statistics.median(_once(call) for _ in range(calls))


def _once(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"p50": statistics.median(ordered), "p95": ordered[int(len(ordered) * 0.95) - 1], "max": ordered[-1]}
