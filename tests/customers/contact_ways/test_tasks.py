"""The timetable's look after the codes: which companies, how often, and what one company's trouble does to others."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corps import mirrored
from corps.models import Corp
from customers import contact_ways, tasks
from customers.contact_ways.checking import Shift
from customers.models import ContactWay
from messaging.models import Command
from scrm_customer.celery import app
from tests import make
from tests.conftest import Cast
from tests.customers.channels.test_figures import came


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The companies whose codes were asked to be looked after."""
    found: list[int] = []
    monkeypatch.setattr(tasks.keep_duty_of, "delay", found.append)
    return found


def connect(*corps: Corp) -> None:
    Corp.objects.filter(pk__in=[corp.pk for corp in corps]).update(mirrored=True)
    mirrored.forget()


def working(corp: Corp, *employees: Any, **fields: Any) -> ContactWay:
    """A code that WeCom has, with nobody told to be on it."""
    way = make.contact_way(corp, *employees, **fields)
    ContactWay.objects.filter(pk=way.pk).update(status="active", config_id=f"c{way.pk}")
    Command.objects.all().delete()
    return way


def test_the_timetable_names_the_task(cast: Cast) -> None:
    entry = app.conf.beat_schedule["keep-duty"]
    assert entry["task"] == tasks.keep_duty.name
    assert entry["schedule"] <= 300


def test_only_connected_and_living_companies_are_looked_after(cast: Cast, asked: list[int]) -> None:
    tasks.keep_duty()
    assert asked == []
    connect(cast.corp, cast.other_corp)
    Corp.objects.filter(pk=cast.other_corp.pk).update(active=False)
    tasks.keep_duty()
    assert asked == [cast.corp.pk]


def test_a_company_without_codes_costs_nearly_nothing(cast: Cast) -> None:
    connect(cast.corp)
    with CaptureQueriesContext(connection) as seen:
        tasks.keep_duty_of(cast.corp.pk)
    statements = [q["sql"] for q in seen.captured_queries if "SAVEPOINT" not in q["sql"]]
    assert len(statements) <= 2, statements


def test_many_codes_cost_as_many_statements_as_one(cast: Cast) -> None:
    connect(cast.corp)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            contact_ways.keep_duty(corp_id=cast.corp.pk)
        return len(seen)

    capped = [Shift(cast.owner.pk, day_cap=3), Shift(cast.colleague.pk)]
    working(cast.corp, members=capped)
    one = cost()
    Command.objects.all().delete()
    for _n in range(5):
        working(cast.corp, members=capped)
    assert cost() == one
    assert Command.objects.count() == 6


def test_what_it_wants_is_the_rules_and_the_systems(cast: Cast) -> None:
    connect(cast.corp)
    way = working(cast.corp, cast.owner)
    tasks.keep_duty_of(cast.corp.pk)
    (command,) = Command.objects.all()
    assert (command.corp_id, command.lane) == (cast.corp.pk, f"contact_way:{way.pk}")
    assert (command.source, command.actor) == ("rule", "system")


def test_another_companys_codes_are_left_alone(cast: Cast) -> None:
    connect(cast.corp, cast.other_corp)
    working(cast.other_corp, cast.stranger)
    tasks.keep_duty_of(cast.corp.pk)
    assert not Command.objects.exists()


def test_another_companys_customers_fill_nobodys_day(cast: Cast) -> None:
    connect(cast.corp)
    way = working(cast.corp, members=[Shift(cast.owner.pk, day_cap=1), Shift(cast.colleague.pk)])
    on = {"employees": [cast.owner.pk, cast.colleague.pk], "departments": []}
    ContactWay.objects.filter(pk=way.pk).update(serving=on)
    came(cast, 0, state=way.state, who=make.customer(cast.other_corp))
    tasks.keep_duty_of(cast.corp.pk)
    assert not Command.objects.exists()
    came(cast, 0, state=way.state)
    tasks.keep_duty_of(cast.corp.pk)
    assert Command.objects.count() == 1


def test_an_employee_who_came_back_is_put_on_again(cast: Cast) -> None:
    connect(cast.corp)
    way = working(cast.corp, cast.owner, cast.colleague)
    ContactWay.objects.filter(pk=way.pk).update(serving={"employees": [cast.owner.pk], "departments": []})
    tasks.keep_duty_of(cast.corp.pk)
    assert Command.objects.count() == 1
