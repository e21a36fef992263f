"""A row read past the cursors: what it finds, and what it must not pass by."""

from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from core.sql import fetched, one, send
from corps.models import Corp
from tests import make
from tests.core.test_mysql_backend import kill_this_connection

SQL = "SELECT id, tags_version, name FROM corp WHERE id = {} AND tags_version = {}"
on_mysql = pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="is about MySQL and MariaDB")


def test_it_is_the_row_a_cursor_would_read(db: None) -> None:
    corp = make.corp(name="甲\U0001f600")
    found = one(SQL, corp.pk, corp.tags_version)
    assert found == (corp.pk, corp.tags_version, corp.name)
    assert list(map(type, found)) == [int, int, str]


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1])
def test_there_may_be_none(db: None, number: int) -> None:
    assert one(SQL, make.corp().pk, number) is None


@pytest.mark.parametrize("hostile", ["1 OR 1=1", None, "x"])
def test_only_numbers_get_into_the_statement(db: None, hostile: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        one(SQL, hostile, 1)


def test_of_many_rows_it_is_the_first_and_the_next_statement_is_not_disturbed(db: None) -> None:
    first, second = make.corp(), make.corp()
    sql = "SELECT id FROM corp WHERE id IN ({}, {}) ORDER BY id"
    assert one(sql, first.pk, second.pk) == (first.pk,)
    assert Corp.objects.filter(pk__in=[first.pk, second.pk]).count() == 2


@pytest.mark.parametrize("name", ["甲\U0001f600", "100%", "%s", "a'b\\"])
def test_values_get_into_it_as_a_cursor_would_write_them(db: None, name: str) -> None:
    corp = make.corp(name=name)
    moment = Corp.objects.get(pk=corp.pk).create_time
    sql = (
        "SELECT id, name, create_time, NULL FROM corp WHERE name = %s AND create_time = %s AND active = %s AND id < %s"
    )
    params = [name, connection.ops.adapt_datetimefield_value(moment), True, 2**63 - 1]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        told = cursor.fetchall()
    assert list(fetched(sql, params)) == list(told)
    assert [row[:2] for row in told] == [(corp.pk, name)]
    assert list(fetched(sql, [name, None, True, 1])) == []


def test_all_rows_are_read_and_a_bare_percent_stays_one(db: None) -> None:
    made = [make.corp(name=name).pk for name in ("ab", "ac", "b")]
    assert [row[0] for row in fetched("SELECT id FROM corp WHERE name LIKE 'a%' ORDER BY id")] == made[:2]
    assert [row[0] for row in fetched("SELECT id FROM corp WHERE name LIKE %s ORDER BY id", ["%b"])] == [
        made[0],
        made[2],
    ]


def test_who_counts_statements_counts_it(db: None) -> None:
    corp, seen = make.corp(), []
    with CaptureQueriesContext(connection) as queries:
        one(SQL, corp.pk, 1)
    assert len(queries) == 1
    with connection.execute_wrapper(lambda execute, *args: (seen.append(args[0]), execute(*args))[1]):
        one(SQL, corp.pk, 1)
    assert len(seen) == 1


def test_within_a_transaction_it_sees_what_was_kept_back(db: None) -> None:
    corp = make.corp()
    with transaction.atomic():
        send("UPDATE corp SET tags_version = 7 WHERE id = %s", [corp.pk])
        assert one(SQL, corp.pk, 7) is not None


def test_a_broken_transaction_answers_nothing(db: None) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            one(SQL, 1, 1)
        transaction.set_rollback(False)


def test_an_error_is_djangos(db: None) -> None:
    with pytest.raises((ProgrammingError, OperationalError)), transaction.atomic():
        one("SELECT nothing FROM nowhere")


@on_mysql
@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_dead_connection_is_noticed_and_the_next_request_has_a_new_one() -> None:
    kill_this_connection()
    with pytest.raises(OperationalError):
        one("SELECT 1")
    assert connection.errors_occurred
    connection.close_if_unusable_or_obsolete()
    assert one("SELECT 1") == (1,)
