"""A history in which every number of relations counts something, seen through the console."""

from typing import Any

from django.urls import reverse

from corps.models import User
from customers.models import Customer
from insights import losses
from tests import make
from tests.console.conftest import entered
from tests.insights.stats.world import FIRST, World, day


def told(world: World) -> World:
    """Two months in which people come, go in every way, come back and are handed over, in two departments."""
    cast = world.cast
    for n, person in enumerate([*world.people, cast.owner, world.both]):
        world.begin(n, f"wm{n}", person, state="expo" if n % 2 else "")
    world.begin(2, "wm0", cast.colleague, state="strange")
    world.end(3, "customer", "wm0", cast.owner)
    world.begin(5, "wm0", cast.owner)
    world.end(6, "employee", "wm1", cast.colleague)
    world.end(7, "transfer", "wm2", world.both)
    world.begin(7, "wm2", cast.owner)
    # Added again without anybody having told of the end.
    world.begin(8, "wm4", cast.owner)
    world.begin(20, "wm9", world.loner, state="expo")
    world.end(21, "customer", "wm9", world.loner)
    make.stage(world.corp)
    world.at(day(40))
    world.recount(FIRST, day(39))
    losses.settle(corp_id=world.corp.pk, customer_ids=list(Customer.objects.values_list("pk", flat=True)))
    return world


def shown(user: User, name: str, **query: Any) -> Any:
    """The page of a report, as it was answered."""
    where = "changelist" if name == "overview" else name
    answer = entered(user).get(reverse(f"admin:insights_dailystat_{where}"), query)
    assert answer.status_code == 200, answer
    return answer


def cells(answer: Any) -> list[tuple[str, str, Any]]:
    """Every cell of the tables of a page: (line, column, cell)."""
    found = []
    for part in answer.context["found"].parts:
        for row in part.table.rows:
            found += [
                (row.head.text, str(heading.text), cell)
                for heading, cell in zip(part.table.headings, row.cells, strict=True)
            ]
    return found


DAYS = {"first": FIRST.isoformat(), "last": day(39).isoformat()}
