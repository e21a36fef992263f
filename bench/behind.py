"""The lists behind numbers, inside Django: ``python -m bench.within behind``: how their statements are executed."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count

from bench import clock, inprocess, visitor
from corps.models import Corp, Department, User
from customers.channels.figures import NONE, UNKNOWN
from customers.models import Channel, FollowRelation, RelationEpisode
from insights.console.stats.drilling import Drill
from insights.console.stats.reader import Reader
from insights.stats import scopes, windows
from insights.stats.behind import NUMBERS
from insights.stats.windows import DAY

LENGTHS = (1, 30, 366)
# A list of so many days may not read the stays whole; and no more than so many rows are sorted for a page.
SHORT, SORTED = 30, 20_000


def main(_arguments: Sequence[str]) -> None:
    """Print the figures as JSON."""
    corp = Corp.objects.get()
    with clock.stands():
        look = visitor.console(corp)
        stays = RelationEpisode.objects.of_corp(corp.pk).count()
        found = {
            f"{name}, {days} days": _looked(lambda url=url: look(url), days=days, stays=stays)
            for name, days, url in lists(corp)
        }
    sys.stdout.write(json.dumps(found) + "\n")


def lists(corp: Corp) -> Iterator[tuple[str, int, str]]:
    """What each number of a report leads to, over a day, a month and a year: of the company, of who has most customers
    and fewest, of a department, and of channels of each kind."""
    actor, last = User.objects.get(username="bench").actor, windows.today_of(corp) - DAY
    reader = Reader(actor, corp, scopes.asked(actor))
    for whose, named in _scopes(corp).items():
        way = Drill(reader, scopes.asked(actor, **named))
        for days in LENGTHS:
            for number in (*NUMBERS, "followups"):
                if url := way.to(number, {"relations": 1}, last - (days - 1) * DAY, last):
                    yield f"{number} of {whose}", days, url


def _scopes(corp: Corp) -> dict[str, dict[str, int]]:
    people = FollowRelation.objects.of_corp(corp.pk).values_list("employee").annotate(n=Count("pk")).order_by("n", "pk")
    ranked = [pk for pk, _number in people]
    leaf = Department.objects.of_corp(corp.pk).order_by("-pk")[0]
    code, way = (Channel.objects.of_corp(corp.pk).order_by(order)[0].pk for order in ("order", "-order"))
    return {
        "the company": {},
        "one with many customers": {"employee_id": ranked[-1]},
        "one with few customers": {"employee_id": ranked[0]},
        "a department": {"department_id": leaf.pk},
        "a channel by state": {"channel_id": code},
        "a channel by way": {"channel_id": way},
        "no channel": {"channel_id": NONE},
        "unknown states": {"channel_id": UNKNOWN},
    }


def _looked(call: Any, *, days: int, stays: int) -> dict[str, Any]:
    call()
    with inprocess.recorded() as seen:
        before, began = _rows_read(), time.perf_counter()
        call()
        ms, read = (time.perf_counter() - began) * 1000, _rows_read() - before
    sent = [(sql, params) for sql, params in seen if sql.startswith("SELECT") and visitor.own([sql])]
    whole = [told for sql, params in sent for step in inprocess.steps(sql, params) if (told := _whole(step))]
    # EXPLAIN calls it a range also where that is everything. A list of a year may read that year's.
    if days <= SHORT and read > stays / 2:
        whole.append(f"{read} rows read")
    return {"ms": ms, "rows": read, "whole": whole}


def _whole(step: dict[str, Any]) -> str:
    if inprocess._reads_all(step):
        return f"{step['table']}: {step['type']} over {step['rows']} rows"
    if "filesort" in (step["Extra"] or "") and int(step["rows"] or 0) > SORTED:
        return f"{step['table']}: {step['rows']} rows sorted"
    return ""


def _rows_read() -> int:
    """How many rows and index entries this connection has had read so far, but for the first of each look-up."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW SESSION STATUS LIKE 'Handler_read%'")
        return sum(int(number) for name, number in cursor.fetchall() if name != "Handler_read_key")
