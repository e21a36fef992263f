import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="is about MySQL and MariaDB"),
]


def switched() -> int:
    """How often this connection has set a variable of its session: autocommit is one."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW SESSION STATUS LIKE 'Com_set_option'")
        return int(cursor.fetchone()[1])


def kill_this_connection() -> None:
    """End it at the server; this side doesn't notice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CONNECTION_ID()")
        mine = cursor.fetchone()[0]
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(f"KILL {mine}")
    finally:
        other.close()


def test_a_transaction_is_begun_by_name_and_autocommit_left_alone() -> None:
    before = switched()
    with CaptureQueriesContext(connection) as queries, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert [q["sql"] for q in queries] == ["BEGIN", "SELECT 1", "COMMIT"]
    assert switched() == before


def test_what_is_rolled_back_is_gone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS rolled (n INT) ENGINE=InnoDB")
        try:
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                cursor.execute("INSERT INTO rolled VALUES (1)")
                raise ZeroDivisionError
            cursor.execute("SELECT COUNT(*) FROM rolled")
            assert cursor.fetchone()[0] == 0
        finally:
            cursor.execute("DROP TABLE rolled")


def test_a_connection_just_used_is_not_pinged_and_one_after_an_error_is() -> None:
    kill_this_connection()
    assert connection.is_usable()
    connection.errors_occurred = True
    assert not connection.is_usable()
    connection.close()


def test_a_connection_after_a_rest_is_pinged() -> None:
    kill_this_connection()
    connection._used_at -= 60
    assert not connection.is_usable()
    connection.close()
