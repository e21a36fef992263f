"""The cast is made by the rules once and then only written again: a test can't tell which of them it got."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from core.time import now
from corps.models import Corp, Department, DepartmentMember, Employee, User
from messaging.models import OutboxEvent
from tests import conftest, make, sweeping
from tests.conftest import Cast
from tests.staged import Staged

TABLES: list[type[models.Model]] = [Corp, Department, Employee, DepartmentMember, User]


@pytest.fixture
def staged(db: None) -> Staged[Cast]:
    """The cast, with its first making behind it and its rows away again."""
    fresh = Staged(conftest.made_cast, conftest._rows)
    fresh.again()
    sweeping.sweep()
    return fresh


def written() -> dict[str, list[dict[str, Any]]]:
    """Each row but for its times."""
    return {model.__name__: [_timeless(row) for row in model._base_manager.order_by("pk").values()] for model in TABLES}


def _timeless(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not isinstance(value, dt.datetime)}


def _of(cast: Cast) -> list[models.Model]:
    return [row for rows in conftest._rows(cast) for row in rows]


def test_what_is_written_again_is_what_the_rules_made(db: None) -> None:
    staged = Staged(conftest.made_cast, conftest._rows)
    staged.again()
    first = written()
    sweeping.sweep()
    staged.again()
    assert written() == first
    assert {name: len(rows) for name, rows in first.items()} == {
        "Corp": 2,
        "Department": 2,
        "Employee": 4,
        "DepartmentMember": 3,
        "User": 5,
    }


def test_it_costs_a_question_and_a_statement_per_table(staged: Staged[Cast]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        staged.again()
    assert [query["sql"].split()[0] for query in asked] == ["SELECT"] + ["INSERT"] * len(TABLES)


def test_the_answer_says_what_the_database_holds(staged: Staged[Cast]) -> None:
    for row in _of(staged.again()):
        held = type(row)._base_manager.filter(pk=row.pk).values().get()
        assert {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} == held


def test_its_times_are_of_now_and_one(staged: Staged[Cast]) -> None:
    before = now()
    cast = staged.again()
    times = {cast.corp.create_time, cast.owner.create_time, cast.users["admin"].date_joined}
    assert len(times) == 1
    assert before <= times.pop() <= now()


def test_nothing_but_the_listed_tables_is_written_by_the_making(staged: Staged[Cast]) -> None:
    staged.again()
    names = {model._meta.db_table for model in TABLES}
    assert set(sweeping.filled()) == names
    assert not OutboxEvent.objects.exists()
    sweeping.sweep()
    conftest.made_cast()
    assert set(sweeping.filled()) == names


def test_two_answers_share_no_object_and_one_answer_shares_its_own(staged: Staged[Cast]) -> None:
    first = staged.again()
    sweeping.sweep()
    second = staged.again()
    assert not {id(row) for row in _of(first)} & {id(row) for row in _of(second)}
    assert second.users["owner"].employee is second.owner
    assert second.owner.corp is second.corp
    first.owner.name = "别人"
    assert second.owner.name == "王小明"


@pytest.mark.parametrize("earlier", [lambda: make.corp(), lambda: make.user(None)], ids=["a company", "a user"])
def test_where_somebody_is_already_all_is_made_anew(staged: Staged[Cast], earlier: Any) -> None:
    row = earlier()
    cast = staged.again()
    again = staged.again()
    assert not {(type(row), row.pk) for row in _of(cast)} & {(type(row), row.pk) for row in [*_of(again), row]}
    assert Corp.objects.count() == 4 + (type(row) is Corp)
    assert Department.objects.filter(corp=again.corp).count() == 2


def test_rows_made_afterwards_get_other_ids(staged: Staged[Cast]) -> None:
    cast = staged.again()
    corp = make.corp()
    employee = make.employee(corp, make.department(corp))
    user = make.user(corp, employee=employee)
    taken = {(type(row), row.pk) for row in _of(cast)}
    assert not taken & {(type(row), row.pk) for row in (corp, employee, user)}


def test_who_may_do_what_is_found_as_with_a_made_one(staged: Staged[Cast]) -> None:
    cast = staged.again()
    assert cast.actor("owner").corp_id == cast.corp.pk
    assert cast.actor("stranger").corp_id == cast.other_corp.pk
    assert cast.users["owner"].check_password("correct horse battery")
    assert list(Employee.objects.visible_to(cast.actor("stranger"))) == [cast.stranger]


def test_sweeping_leaves_what_migrations_write_and_nothing_else(cast: Cast) -> None:
    make.customer(cast.corp, cast.owner)
    kept = {name: _count(name) for name in sweeping.KEPT}
    assert sweeping.filled()
    sweeping.sweep()
    assert sweeping.filled() == []
    assert {name: _count(name) for name in sweeping.KEPT} == kept
    assert all(kept.values())


def test_sweeping_an_empty_database_asks_once(db: None) -> None:
    sweeping.sweep()
    with CaptureQueriesContext(connection) as asked:
        sweeping.sweep()
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_a_test_that_commits_finds_and_leaves_no_rows(time: int) -> None:
    assert sweeping.filled() == []
    make.customer(make.corp())
    assert "customer" in sweeping.filled()


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")
        return int(cursor.fetchone()[0])
