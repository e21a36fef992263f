from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.sql import send
from tests.core.test_mysql_backend import kill_this_connection

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="is about MySQL and MariaDB"),
]


@pytest.fixture
def table() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS together (n INT PRIMARY KEY, t VARCHAR(40)) ENGINE=InnoDB")
        cursor.execute("DELETE FROM together")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE together")


@pytest.fixture
def packets(table: None, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What goes over the line from now on, a packet each."""
    driver = pytest.importorskip("core.mysql.together").connections.Connection
    sent: list[bytes] = []
    query, commit, rollback = driver.query, driver.commit, driver.rollback
    monkeypatch.setattr(driver, "query", lambda self, q: (sent.append(q), query(self, q))[1])
    monkeypatch.setattr(driver, "commit", lambda self: (sent.append(b"COMMIT"), commit(self))[1])
    monkeypatch.setattr(driver, "rollback", lambda self: (sent.append(b"ROLLBACK"), rollback(self))[1])
    return sent


def insert(n: Any, text: str = "") -> None:
    send("INSERT INTO together VALUES (%s, %s)", [n, text])


def kept() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM together ORDER BY n")
        return [row[0] for row in cursor.fetchall()]


def test_statements_nobody_waits_for_go_out_with_the_commit(packets: list[bytes]) -> None:
    with transaction.atomic():
        insert(1)
        insert(2)
        assert packets == []
    assert len(packets) == 1
    assert packets[0].startswith(b"BEGIN")
    assert packets[0].endswith(b"COMMIT")
    assert kept() == [1, 2]


def test_a_statement_that_answers_takes_them_along_and_sees_them(packets: list[bytes]) -> None:
    with transaction.atomic():
        insert(1)
        assert kept() == [1]
        insert(2)
        assert kept() == [1, 2]
    assert [p.count(b"INSERT") for p in packets] == [1, 1, 0]


def test_a_transaction_in_which_nothing_was_asked_is_not_heard_of(packets: list[bytes]) -> None:
    with transaction.atomic():
        pass
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    assert packets == []


def test_what_was_not_sent_yet_is_forgotten_by_a_rollback(packets: list[bytes]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        insert(1)
        raise ZeroDivisionError
    assert packets == []
    assert kept() == []
    with transaction.atomic():
        insert(2)
    assert kept() == [2]


def test_what_was_sent_is_undone_by_a_rollback(table: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        insert(1)
        assert kept() == [1]
        insert(2)
        raise ZeroDivisionError
    assert kept() == []


def test_what_is_wrong_with_one_is_raised_by_the_next_statement(table: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(1)
        insert(1)
        insert(2)
        kept()
    assert kept() == []


def test_what_is_wrong_with_one_is_raised_by_the_commit_and_nothing_is_committed(table: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(1)
        insert(1)
        insert(2)
    assert kept() == []
    with transaction.atomic():
        insert(3)
    assert kept() == [3]


def test_a_savepoint_undoes_what_was_not_sent_yet_within_it(table: None) -> None:
    with transaction.atomic():
        insert(1)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            insert(2)
            raise ZeroDivisionError
        insert(3)
    assert kept() == [1, 3]


def test_a_packet_holds_no_more_than_the_server_takes(packets: list[bytes]) -> None:
    with transaction.atomic():
        for n in range(100):
            insert(n)
        send("INSERT INTO together VALUES (100, LEFT(%s, 9))", ["x" * 100_000])
    assert len(packets) > 3
    assert kept() == list(range(101))


def test_outside_a_transaction_a_statement_goes_at_once(packets: list[bytes]) -> None:
    insert(1)
    assert len(packets) == 1
    assert kept() == [1]


@pytest.mark.parametrize("value", [0, -1, 2**63 - 1, None, True, 1.5, "0", "%s", b"x", ("a", 1)])
def test_a_value_is_written_as_the_driver_writes_it(table: None, value: Any) -> None:
    driver = connection.connection
    plain = super(type(driver), driver).literal(value)
    assert driver.literal(value) == plain


@pytest.mark.parametrize("params", [[1, "100% 'x'"], {"n": 1, "t": "100% 'x'"}])
def test_values_come_in_order_or_by_name(packets: list[bytes], params: Any) -> None:
    marks = "%s, %s" if isinstance(params, list) else "%(n)s, %(t)s"
    with transaction.atomic():
        send(f"INSERT INTO together VALUES ({marks})", params)
        assert packets == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT n, t FROM together")
            assert cursor.fetchall() == ((1, "100% 'x'"),)


def test_too_few_values_are_told_at_once_and_nothing_is_sent(packets: list[bytes]) -> None:
    with pytest.raises(Exception, match="not enough arguments"), transaction.atomic():
        send("INSERT INTO together VALUES (%s, %s)", [1])
    assert packets == []


def test_in_a_broken_transaction_nothing_is_kept_for_later(packets: list[bytes]) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            insert(1)
    assert kept() == []


@pytest.mark.parametrize("text", ["a;b", "it's; DROP TABLE together", "-- ", "/* ", "%s", "\\", "多;行\n;"])
def test_values_stay_values(table: None, text: str) -> None:
    with transaction.atomic():
        insert(1, text)
        send("UPDATE together SET n = %(n)s WHERE t = %(t)s -- a comment ends with its line", {"n": 2, "t": text})
        insert(3)
    assert kept() == [2, 3]


def test_each_statement_is_told_to_who_listens(table: None) -> None:
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        insert(1)
        kept()
    assert [q["sql"].split()[0] for q in queries] == ["BEGIN", "INSERT", "SELECT", "COMMIT"]


def test_a_connection_that_died_loses_the_transaction_and_the_next_one_works(table: None) -> None:
    with pytest.raises(OperationalError), transaction.atomic():
        insert(1)
        kill_this_connection()
        insert(2)
    connection.close()
    with transaction.atomic():
        insert(3)
    assert kept() == [3]
