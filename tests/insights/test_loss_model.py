"""The list of deletion records against a plain model of it: any filters, any page, any reader."""

import csv
import datetime as dt
import io
import random
from dataclasses import dataclass
from typing import Any

import pytest

from core.time import to_wire
from insights.models import Loss
from tests import api, make
from tests.conftest import Cast

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
URL = "/api/v1/losses"
STATES = ["", "expo", "wxad"]
HOW = {2: "employee", 3: "customer", 4: "transfer", None: "unknown"}
ROWS = 60


@dataclass(frozen=True)
class Known:
    """A record as the model knows it."""

    pk: int
    employee: int
    customer: int
    hours: int
    how: str
    days: int
    state: str
    way: int | None
    elsewhere: bool


def at(hours: int) -> str:
    return to_wire(START + dt.timedelta(hours=hours)) or ""


@pytest.fixture
def known(cast: Cast) -> list[Known]:
    dice = random.Random(7)
    people = [cast.owner, cast.colleague, cast.manager, make.employee(cast.corp, make.department(cast.corp))]
    followed = [make.customer(cast.corp, dice.choice(people)) for _n in range(6)]
    customers = [*followed, *(make.customer(cast.corp) for _n in range(6))]
    found = []
    for n in range(ROWS):
        customer, employee = dice.choice(customers), dice.choice(people)
        hours, how, days = dice.randrange(40), dice.choice(list(HOW)), dice.randrange(90)
        state, way = dice.choice(STATES), dice.choice([None, 1, 16])
        row = make.loss(
            customer,
            employee,
            began_at=START - dt.timedelta(days=n + 1),
            ended_at=START + dt.timedelta(hours=hours),
            ended_by=how,
            days=days,
            state=state,
            add_way=way,
        )
        elsewhere = customer.follow_user_id not in (None, employee.pk)
        found.append(Known(row.pk, employee.pk, customer.pk, hours, HOW[how], days, state, way, elsewhere))
    make.loss(make.customer(cast.other_corp, cast.stranger), cast.stranger)
    return sorted(found, key=lambda row: (-row.hours, -row.pk))


def drawn(dice: random.Random, known: list[Known]) -> tuple[dict[str, Any], list[Known]]:
    """Some filters, and what they leave of the known ones."""
    some = dice.choice(known)
    offered: dict[str, tuple[Any, Any]] = {
        "endedBy": (some.how, lambda row: row.how == some.how),
        "employeeId": (some.employee, lambda row: row.employee == some.employee),
        "customerId": (some.customer, lambda row: row.customer == some.customer),
        "endedFrom": (at(some.hours), lambda row: row.hours >= some.hours),
        "endedTo": (at(some.hours), lambda row: row.hours < some.hours),
        "state": (some.state or "expo", lambda row: row.state == (some.state or "expo")),
        "addWay": (some.way or 1, lambda row: row.way == (some.way or 1)),
        "daysMin": (some.days, lambda row: row.days >= some.days),
        "daysMax": (some.days, lambda row: row.days <= some.days),
        "stillFriend": (str(some.elsewhere).lower(), lambda row: row.elsewhere == some.elsewhere),
    }
    chosen = dice.sample(sorted(offered), dice.randint(0, 3))
    left = [row for row in known if all(offered[name][1](row) for name in chosen)]
    return {name: offered[name][0] for name in chosen}, left


def test_any_filters_leave_what_they_should_in_pages_by_number(cast: Cast, known: list[Known]) -> None:
    client, dice = api.client(cast.corp), random.Random(1)
    for _time in range(40):
        query, left = drawn(dice, known)
        size, number = dice.choice([1, 3, 20, 100]), dice.choice([1, 1, 2])
        answer = client.get(URL, query | {"size": size, "page": number}).json()
        shown = left[(number - 1) * size : number * size]
        assert [row["id"] for row in answer["list"]] == [row.pk for row in shown], query
        assert (answer["total"], answer["totalExact"]) == (len(left), True), query
        assert [row["stillFriend"] for row in answer["list"]] == [row.elsewhere for row in shown], query


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


def test_the_file_holds_the_same(cast: Cast, known: list[Known]) -> None:
    client, dice = api.client(cast.corp), random.Random(3)
    for _time in range(10):
        query, left = drawn(dice, known)
        text = b"".join(client.get(f"{URL}/export", query).streaming_content).decode("utf-8-sig")
        days = [line[6] for line in csv.reader(io.StringIO(text))][1:]
        assert days == [str(row.days) for row in left], query


@pytest.mark.parametrize("role", ["owner", "colleague", "manager", "admin"])
def test_each_reader_sees_what_is_theirs_of_it(cast: Cast, known: list[Known], role: str) -> None:
    team = {cast.owner.pk, cast.colleague.pk, cast.manager.pk}
    theirs = {
        "owner": {cast.owner.pk},
        "colleague": {cast.colleague.pk},
        "manager": team,
        "admin": {row.employee for row in known},
    }
    rows = Loss.objects.visible_to(cast.actor(role)).order_by("-ended_at", "-id")
    assert [row.pk for row in rows] == [row.pk for row in known if row.employee in theirs[role]]


def test_a_department_is_its_people_and_those_below(cast: Cast, known: list[Known]) -> None:
    client = api.client(cast.corp)
    team = {cast.owner.pk, cast.colleague.pk, cast.manager.pk}
    for department, people in [
        (cast.department.pk, team),
        (cast.department.parent_id, team),
        (10**9, set[int]()),
    ]:
        answer = client.get(URL, {"departmentId": department, "size": 100}).json()
        assert [row["id"] for row in answer["list"]] == [row.pk for row in known if row.employee in people]
