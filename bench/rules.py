"""Rules and refreshes, inside Django: ``python -m bench.within rules``."""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction

from bench import tree_forms
from bench.tree_questions import FAME, members, tags_by_fame, trees
from bench.undone import forget_rings, undone
from corps.actors import SYSTEM
from corps.models import Corp
from customers.models import Customer
from messaging import causes
from messaging.inbox import Incoming
from segments import catalogue
from segments.models import RuleRun, Segment, SegmentRun, TagRule
from segments.refreshing import requesting
from segments.refreshing import working as refresh_work
from segments.rules import books, changing, dispatch, jobs, working

RULES = 1_000
# Events measured, each of another customer; and repeats of a refresh and of a statement.
EVENTS, CALLS = 30, 3
_BY: dict[str, Any] = {"by": SYSTEM, "source": "system"}


def main(arguments: Sequence[str]) -> None:
    """Print the figures as JSON; with ``backfill`` those of a process that does nothing else."""
    corp = Corp.objects.get()
    parts = (
        {"backfill": backfill(corp)} if "backfill" in arguments else {"event": event(corp), "refresh": refresh(corp)}
    )
    sys.stdout.write(json.dumps(parts) + "\n")


def event(corp: Corp) -> dict[str, float]:
    """Milliseconds of one event that one rule hears, and of one that a thousand hear, of which one changes something:
    with all of it done but the commit."""
    tags = tags_by_fame()
    people = list(_people(corp)[:EVENTS])
    with undone():
        _rule(corp, 0, None, tags[-1])
        one = _reacting(people)
        for number, document in enumerate(trees(RULES - 1, tags, depth=1), start=1):
            _rule(corp, number, document, tags[-1])
        books.forget()
        # The book of rules is read by the first event after one of them has changed.
        first = _react(people[0])
        return {"one": one, "many": _reacting(people), "first": first}


def refresh(corp: Corp) -> dict[str, dict[str, float]]:
    """Milliseconds of a segment's first run, of asking all of it anew, and of the best statement for its members."""
    tags = tags_by_fame()
    return {name: _refreshed(corp, tuple(tags[place] for place in places)) for name, places in FAME.items()}


def backfill(corp: Corp) -> dict[str, float]:
    """Customers a second of a rule that comes to all of them, and by how many megabytes its process grows meanwhile."""
    tags: Any = tags_by_fame()
    with undone():
        # Of a hundred customers one is changed.
        _rule(corp, 0, members(tuple(tags[place] for place in FAME["common"])), tags[-1])
        run = jobs.begin_backfill(rule=TagRule.objects.get(corp=corp, name="bench 0"), **_BY)
        began = time.perf_counter()
        going = working.work(run.pk)
        # The first pieces fill the pools and caches of the process; from there on it must not grow.
        start = _most_memory()
        while going:
            forget_rings()
            going = working.work(run.pk)
        took, run = time.perf_counter() - began, RuleRun.objects.get(pk=run.pk)
        found = {"seen": run.seen, "changed": run.changed, "a_second": run.seen / took}
        return found | {"grown_mb": _most_memory() - start}


def _people(corp: Corp) -> Any:
    """Spread over the company."""
    rows = Customer.objects.of_corp(corp.pk).alive().not_blacklisted().exclude(follow_user=None)
    return rows.order_by("external_userid")


def _rule(corp: Corp, number: int, condition: Any, tag: int) -> None:
    """In force at once."""
    said = {"trigger": {"kind": "followed"}, "actions": [{"do": "addTags", "tagIds": [tag]}], "condition": condition}
    row = changing.create_rule(corp_id=corp.pk, name=f"bench {number}", order=number, **said, **_BY)
    TagRule.objects.filter(pk=row.pk).update(state=TagRule.State.ACTIVE, live_number=row.number)
    books.outdate(corp.pk)


def _reacting(people: list[Customer]) -> float:
    _react(people[0])
    return statistics.median(_react(customer) for customer in people)


def _react(customer: Customer) -> float:
    """What the rules do, and take it back."""
    data = {"customerId": customer.pk, "employeeId": customer.follow_user_id}
    heard = Incoming("bench", "customer.followed", customer.corp_id, data, 0)
    with transaction.atomic(), causes.caused_by(event_id="bench", hops=0):
        took = _once(lambda: dispatch.react(heard))
        transaction.set_rollback(True)
    return took


def _refreshed(corp: Corp, tags: Any) -> dict[str, float]:
    with undone():
        made = catalogue.create_segment(corp_id=corp.pk, name="bench", condition=members(tags), **_BY)
        first = _once(lambda: _run(made))
        times = []
        for _n in range(CALLS):
            requesting.refresh(segment=made, by=SYSTEM)
            times.append(_once(lambda: _run(made)))
        found = set(made.stays.present(_shown(made)).values_list("customer_id", flat=True))
        sql = {name: _best(statement, found) for name, statement in tree_forms.of_members(tags).items()}
        best = min(sql.values())
        return {"members": len(found), "first": first, "again": statistics.median(times), "sql": best}


def _run(segment: Segment) -> None:
    run = SegmentRun.objects.get(segment=segment, open_mark=1)
    while refresh_work.work(run.pk):
        pass


def _shown(segment: Segment) -> int:
    return int(Segment.objects.select_related("standing").get(pk=segment.pk).standing.run)  # type: ignore[attr-defined]


def _best(statement: str, found: set[int]) -> float:
    """Raises SystemExit: it finds others."""
    if _ids(statement) != found:
        raise SystemExit(f"other customers: {statement}")
    return statistics.median(_once(lambda: _ids(statement)) for _n in range(CALLS))


def _ids(statement: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {pk for (pk,) in cursor.fetchall()}


def _once(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _most_memory() -> float:
    """Megabytes that this process ever had at once (Linux counts them in kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
