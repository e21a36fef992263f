"""The list of warnings against a plain model of it: any filters, any page, by number and by cursor."""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

import pytest

from core.time import now, to_wire
from insights.choices import Kind, State
from insights.models import RiskAlert
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page

URL = "/api/v1/risks"
ROWS = 60


@dataclass(frozen=True)
class Known:
    """A warning as the model knows it; ``hours`` ago it opened."""

    pk: int
    kind: str
    level: int
    state: str
    employee: int
    customer: int
    opened_at: dt.datetime
    muted: bool

    @property
    def waits(self) -> bool:
        return self.state in ("open", "acknowledged")


@pytest.fixture
def known(cast: Cast) -> list[Known]:
    dice, moment = random.Random(5), now().replace(microsecond=0)
    people = [cast.owner, cast.colleague, make.employee(cast.corp)]
    customers = [make.customer(cast.corp) for _n in range(8)]
    found = []
    for n in range(ROWS):
        kind, level, state = dice.choice(Kind.values), dice.randint(1, 3), dice.choice(State.values)
        employee, customer = dice.choice(people), dice.choice(customers)
        opened_at = moment - dt.timedelta(hours=dice.randrange(40))
        muted = dice.random() < 0.3
        over = None if state in ("open", "acknowledged") else moment
        until = moment + dt.timedelta(days=1 if muted else -1) if dice.random() < 0.8 or muted else None
        row = make.alert(
            customer,
            employee,
            kind=kind,
            level=level,
            state=state,
            subject=f"s{n}",
            opened_at=opened_at,
            closed_at=over,
            muted_until=until,
        )
        found.append(Known(row.pk, kind, level, state, employee.pk, customer.pk, opened_at, muted))
    make.alert(make.customer(cast.other_corp), cast.stranger)
    return sorted(found, key=lambda row: (-row.opened_at.timestamp(), -row.pk))


def drawn(dice: random.Random, known: list[Known]) -> tuple[dict[str, Any], list[Known]]:
    """Some filters, and what they leave of the known ones."""
    some = dice.choice(known)
    offered: dict[str, tuple[Any, Any]] = {
        "kind": (some.kind, lambda row: row.kind == some.kind),
        "level": (some.level, lambda row: row.level == some.level),
        "employeeId": (some.employee, lambda row: row.employee == some.employee),
        "customerId": (some.customer, lambda row: row.customer == some.customer),
        "openedFrom": (to_wire(some.opened_at), lambda row: row.opened_at >= some.opened_at),
        "openedTo": (to_wire(some.opened_at), lambda row: row.opened_at < some.opened_at),
        "state": (some.state, lambda row: row.state == some.state),
        "muted": (dice.choice(["true", "false"]), lambda row: True),
    }
    chosen = dice.sample(sorted(offered), dice.randint(0, 3))
    query = {name: offered[name][0] for name in chosen}
    left = [row for row in known if all(offered[name][1](row) for name in chosen)]
    left = left if "state" in query else [row for row in left if row.waits]
    return query, left if query.get("muted") == "true" else [row for row in left if not row.muted]


def test_any_filters_leave_what_they_should_in_pages_by_number(cast: Cast, known: list[Known]) -> None:
    client, dice = api.client(cast.corp), random.Random(1)
    for _time in range(40):
        query, left = drawn(dice, known)
        size, number = dice.choice([1, 3, 20, 100]), dice.choice([1, 1, 2])
        answer = client.get(URL, query | {"size": size, "page": number}).json()
        shown = left[(number - 1) * size : number * size]
        assert [row["id"] for row in answer["list"]] == [row.pk for row in shown], query
        assert (answer["total"], answer["totalExact"]) == (len(left), True), query


def test_any_filters_leave_the_same_by_cursor(cast: Cast, known: list[Known]) -> None:
    client, dice = api.client(cast.corp), random.Random(2)
    for _time in range(15):
        query, left = drawn(dice, known)
        seen: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            answer = client.get(URL, query | {"size": dice.choice([2, 7, 50]), "cursor": cursor}).json()
            seen += [row["id"] for row in answer["list"]]
            cursor = answer["nextCursor"]
        assert seen == [row.pk for row in left], query


@pytest.mark.parametrize("state", ["", "muted", *State.values])
def test_the_console_shows_the_same(cast: Cast, known: list[Known], state: str) -> None:
    answer = entered(cast.users["admin"]).get(page(RiskAlert, "changelist"), {"state": state} if state else {})
    wanted = {
        "": [row.pk for row in known if row.waits and not row.muted],
        "muted": [row.pk for row in known if row.waits and row.muted],
    }.get(state, [row.pk for row in known if row.state == state])
    # A page has twenty.
    assert [row.pk for row in answer.context["cl"].result_list] == wanted[:20]
    assert answer.context["cl"].result_count == len(wanted)


@pytest.mark.parametrize("role", ["owner", "colleague", "manager", "admin"])
def test_each_reader_sees_what_is_theirs_of_it(cast: Cast, known: list[Known], role: str) -> None:
    team = {cast.owner.pk, cast.colleague.pk}
    theirs = {"owner": {cast.owner.pk}, "colleague": {cast.colleague.pk}, "manager": team}
    rows = {row.pk for row in RiskAlert.objects.visible_to(cast.actor(role))}
    assert rows == {row.pk for row in known if row.employee in theirs.get(role, {row.employee})}
