"""Answers from what was counted, and profiles, inside Django: ``python -m bench.within reports`` answers line by line.

It says what each costs in statements, and then takes each name on its input as a call to be timed, so that two sizes of
the database are measured in turn.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench import clock, days, inprocess, past, timelines, visitor
from corps.models import Corp
from insights.console.stats.catalogue import REPORTS
from insights.stats import windows
from insights.stats.windows import DAY

# Beside what is asked without days: the longest that may be asked.
LONG = {"growth": 366, "employees": 92, "departments": 92, "activity": 92, "channels": 92}
# What is kept of customers, one row for each of them or more.
LARGE = {
    *("customer", "follow_relation", "relation_episode", "relation_loss", "customer_tag_relation", "customer_gram"),
    *("customer_stage_change", "timeline_entry", "follow_up", "group_member", "transfer_item", "risk_alert"),
    *("employee_talk_figures", "outbox_event"),
}
CALLS = 2


def main(_arguments: Sequence[str]) -> None:
    """Print what each costs as one line of JSON, then the milliseconds of each that is named on the input."""
    corp = Corp.objects.get()
    past.fill(corp)
    fat = timelines.fill(corp)
    with clock.stands():
        days.fill(corp)
        calls = answers(corp, fat.pk)
        print(json.dumps({name: weighed(call) for name, call in calls.items()}), flush=True)
        for line in sys.stdin:
            print(_ms(calls[line.strip()]), flush=True)


def answers(corp: Corp, fat: int) -> dict[str, Callable[[], bytes]]:
    """Each report over REST and in the console, the first page, and the profile of the customer with most entries."""
    look, ask = visitor.console(corp), visitor.service()
    where = {f"REST {name}": (ask, f"/api/v1/stats/{name}") for name in REPORTS}
    last = windows.today_of(corp) - DAY
    for name, length in LONG.items():
        asked = f"fromDay={last - (length - 1) * DAY}&toDay={last}"
        where[f"REST {name}, {length} days"] = (ask, f"/api/v1/stats/{name}?{asked}")
    for name in REPORTS:
        page = "" if name == "overview" else f"{name}/"
        where[f"console {name}"] = (look, f"/admin/insights/dailystat/{page}")
    where |= {"console home": (look, "/admin/"), "REST profile": (ask, f"/api/v1/customers/{fat}/profile")}
    where["console profile"] = (look, f"/admin/customers/customer/{fat}/profile/")
    return {name: (lambda call=call, url=url: call(url)) for name, (call, url) in where.items()}


def weighed(call: Callable[[], bytes]) -> dict[str, Any]:
    """How many statements an answer takes, and which tables of customers it reads."""
    call()
    with inprocess.recorded() as seen:
        body = call()
    own = visitor.own([sql for sql, _params in seen])
    named = {table for sql in own for table in visitor.tables(sql)}
    return {"statements": len(own), "all": len(seen), "tables": sorted(LARGE & named), "bytes": len(body)}


def _ms(call: Callable[[], bytes]) -> float:
    """The quickest of some calls."""
    times = []
    for _n in range(CALLS):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
    return min(times)
