"""The jobs of duplicates: each does a bounded piece of work and rings for the next one."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from customers import tasks
from customers.duplicates import refreshing, sweeping
from customers.models import Customer, CustomerKey, DuplicatePair, DuplicateSearch
from scrm_customer.celery import app
from tests import make
from tests.conftest import Cast

ONE = "13800000001"


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...]]]:
    """What was rung for, instead of being done: (name, arguments)."""
    found: list[tuple[str, tuple[Any, ...]]] = []
    for name in ("find_duplicates_of", "sweep_duplicates_of"):
        task = getattr(tasks, name)
        monkeypatch.setattr(task, "delay", lambda *args, name=name: found.append((name, args)))
    return found


def aged(cast: Cast, number: int) -> list[Customer]:
    """Customers of one mobile, who changed long enough ago to be looked at."""
    rows = [make.customer(cast.corp, mobile=ONE) for _n in range(number)]
    Customer.objects.update(update_time=now() - refreshing.SETTLING - dt.timedelta(minutes=1))
    return rows


def test_every_working_company_is_looked_through(cast: Cast, rung: list[Any]) -> None:
    make.corp(active=False)
    tasks.find_duplicates()
    tasks.sweep_duplicates()
    both = (cast.corp.pk, cast.other_corp.pk)
    assert sorted(rung) == sorted(
        (name, (pk,)) for name in ("find_duplicates_of", "sweep_duplicates_of") for pk in both
    )


def test_a_part_that_was_full_rings_for_the_next(cast: Cast, rung: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    aged(cast, 3)
    monkeypatch.setattr(tasks, "BATCH", 3)
    tasks.find_duplicates_of(cast.corp.pk)
    assert rung == [("find_duplicates_of", (cast.corp.pk,))]
    tasks.find_duplicates_of(cast.corp.pk)
    assert len(rung) == 1
    assert DuplicatePair.objects.count() == 3


def test_who_has_just_changed_waits_for_those_who_are_not_stored_yet(cast: Cast, rung: list[Any]) -> None:
    make.customer(cast.corp, mobile=ONE)
    tasks.find_duplicates_of(cast.corp.pk)
    assert not CustomerKey.objects.exists()
    assert DuplicateSearch.objects.get().customer_id == 0


def test_the_night_s_round_rings_until_the_last_range(
    cast: Cast, rung: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(cast, 2)
    tasks.find_duplicates_of(cast.corp.pk)
    tasks.sweep_duplicates_of(cast.corp.pk)
    assert rung == []
    last = CustomerKey.objects.values_list("key", flat=True)[0]
    DuplicatePair.objects.all().delete()
    monkeypatch.setattr(tasks, "atomic_retry", lambda rule: lambda **asked: sweeping.sweep(**asked, most=1))
    tasks.sweep_duplicates_of(cast.corp.pk)
    assert rung == [("sweep_duplicates_of", (cast.corp.pk, last))]
    assert DuplicatePair.objects.count() == 1
    tasks.sweep_duplicates_of(cast.corp.pk, last)
    assert len(rung) == 1


def test_both_stand_in_the_timetable() -> None:
    timetable = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"customers.tasks.find_duplicates", "customers.tasks.sweep_duplicates"} <= timetable
