"""Pages of a timeline of 100,000 entries beside their best SQL, inside Django: ``python -m bench.within timelines``."""

import datetime as dt
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection

from core import newest
from core.sql import by_index, fetched, insert_many
from corps.models import Corp, Employee
from customers.models import Customer
from followups.models import TimelineEntry
from followups.timeline import reading
from followups.timeline.reading import Wanted

# Entries of the one customer, of each of the others, and how many of a thousand are of the rare kind.
FAT, EACH, RARE = 100_000, 5, 1
# Two years at that pace: the last of the entries of others.
LAST = 150_000
KINDS = ("tag_added", "follow_up", "stage_changed", "sop_step_due", "sop_step_done", "followed", "remark_changed")
SIZE, CALLS, CHUNK = 20, 200, 20_000
START, APART = dt.datetime(2024, 1, 1, tzinfo=dt.UTC), dt.timedelta(minutes=7)
COLUMNS = ("corp_id", "customer_id", "employee_id", "kind", "at", "event_id", "facts", "source", "actor")
# Ways to write the page; those with an index are the same as those without on a database that knows no hints.
FORMS = {
    "OR": "AND (t.at < %s OR (t.at = %s AND t.id < %s))",
    "bounded": "AND t.at <= %s AND (t.at < %s OR t.id < %s)",
    "bounded, FORCE INDEX": "AND t.at <= %s AND (t.at < %s OR t.id < %s)",
    "bounded, the name looked up": "AND t.at <= %s AND (t.at < %s OR t.id < %s)",
}
_JOINED = ("e.name", " LEFT JOIN employee e ON e.id = t.employee_id AND e.corp_id = t.corp_id")
_LOOKED_UP = ("(SELECT e.name FROM employee e WHERE e.id = t.employee_id AND e.corp_id = t.corp_id)", "")


def main(_arguments: Sequence[str]) -> None:
    """Fill what is missing, and print the figures as JSON."""
    corp = Corp.objects.get()
    fat = fill(corp)
    sys.stdout.write(json.dumps(figures(corp, fat)) + "\n")


def fill(corp: Corp) -> Customer:
    """The customer with the long timeline; entries are written at the first run, and stay."""
    fat = Customer.objects.of_corp(corp.pk).alive().order_by("pk")[0]
    if not TimelineEntry.objects.filter(customer=fat).exists():
        people = list(Employee.objects.of_corp(corp.pk).order_by("pk").values_list("pk", flat=True)[:20])
        others = Customer.objects.of_corp(corp.pk).exclude(pk=fat.pk).order_by("pk").values_list("pk", flat=True)
        _insert(_row(corp.pk, fat.pk, people, n) for n in range(FAT))
        # Each at another time, as statistics of a day are to find them.
        each = ((pk, (pk * 7_919 + n * 6_007) % LAST) for pk in others.iterator() for n in range(EACH))
        _insert(_row(corp.pk, pk, people, n) for pk, n in each)
    return fat


def figures(corp: Corp, fat: Customer) -> dict[str, Any]:
    """Milliseconds of each page, ours and by each way of writing it, at the top, in the middle and at the end."""
    person = TimelineEntry.objects.filter(customer=fat).order_by("pk").values_list("employee", flat=True)[0]
    asked = {
        "everything": Wanted(),
        "a common kind": Wanted(kind=KINDS[1]),
        "a rare kind": Wanted(kind="blacklisted"),
        "a person": Wanted(employee_id=person),
        "a kind and a person": Wanted(kind=KINDS[1], employee_id=person),
        "a month": Wanted(since=START + APART * (FAT // 2), before=START + APART * (FAT // 2) + dt.timedelta(days=30)),
    }
    pages = {
        name: {depth: _page(fat.pk, wanted, at) for depth, at in _depths().items()} for name, wanted in asked.items()
    }
    return {"entries": TimelineEntry.objects.filter(corp=corp).count(), "pages": pages}


def _depths() -> dict[str, str]:
    """Cursors: of the end, so that a page is left of everything that is asked for."""
    ends = {"middle": FAT // 2, "three quarters": FAT // 4, "end": min(FAT, 3_000)}
    return {"top": ""} | {name: newest.cursor_at(START + APART * n, 1) for name, n in ends.items()}


def _page(customer: int, wanted: Wanted, cursor: str) -> dict[str, Any]:
    def ours() -> list[int]:
        return [entry.id for entry in reading.page(customer, wanted, cursor=cursor, size=SIZE)[0]]

    ids, calls = ours(), {"ours": ours}
    for name in FORMS:
        statement, params = _statement(name, customer, wanted, cursor)
        if [row[0] for row in fetched(statement, params)][:SIZE] != ids:
            raise SystemExit(f"{name}: other entries than the page has")
        calls[name] = lambda s=statement, p=params: fetched(s, p)  # type: ignore[misc]
    found = _ms(calls)
    return {"rows": len(ids), "ours": found.pop("ours"), "sql": found}


def _statement(form: str, customer: int, wanted: Wanted, cursor: str) -> tuple[str, list[Any]]:
    at: Callable[[Any], Any] = connection.ops.adapt_datetimefield_value
    told = {"t.kind = %s": wanted.kind, "t.employee_id = %s": wanted.employee_id}
    told |= {"t.at >= %s": wanted.since and at(wanted.since), "t.at < %s": wanted.before and at(wanted.before)}
    given = {condition: value for condition, value in told.items() if value}
    narrowed, params = "".join(f" AND {condition}" for condition in given), [customer, *given.values()]
    if cursor:
        moment, pk = newest.position(cursor)
        narrowed, params = f"{narrowed} {FORMS[form]}", [*params, at(moment), at(moment), pk]
    narrowest = "kind" if wanted.kind else "employee" if wanted.employee_id else "customer"
    hint = by_index(f"ix_timeline_{narrowest}") if "FORCE" in form else ""
    name, joined = _LOOKED_UP if "looked up" in form else _JOINED
    return (
        f"SELECT t.id, t.customer_id, t.kind, t.at, t.employee_id, {name}, t.facts, t.source, t.actor "
        f"FROM timeline_entry t{hint}{joined} "
        f"WHERE t.customer_id = %s{narrowed} ORDER BY t.at DESC, t.id DESC LIMIT {SIZE + 1}",
        params,
    )


def _row(corp: int, customer: int, people: list[int], n: int) -> tuple[Any, ...]:
    kind = "blacklisted" if n % 1_000 < RARE else KINDS[n % len(KINDS)]
    at = connection.ops.adapt_datetimefield_value(START + APART * n)
    facts = '{"tagIds": [3, 5], "followUserId": 7}'
    return (corp, customer, people[n % len(people)], kind, at, f"bench:{customer}:{n}", facts, "system", "system")


def _insert(rows: Iterator[tuple[Any, ...]]) -> None:
    while some := list(islice(rows, CHUNK)):
        insert_many("timeline_entry", COLUMNS, some)


def _ms(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Of each the quickest of its calls, taken in turn: what else the machine does makes some slower, none faster."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _n in range(CALLS):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            times[name].append((time.perf_counter() - began) * 1000)
    return {name: min(found) for name, found in times.items()}
