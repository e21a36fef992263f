"""Django's MySQL backend with fewer round trips: docs/decisions/0015-mysql-round-trips.md has the figures."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.backends.mysql import base
from django.db.backends.utils import debug_transaction

# PyMySQL, which stands in where there is no compiler, takes one statement at a time.
_TOGETHER = base.Database.__name__ == "MySQLdb"  # type: ignore[attr-defined]
if _TOGETHER:
    from core.mysql.together import Connection

# A connection that answered this short a time ago is taken to be alive still.
FRESH_SECONDS = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Pings a connection only after a rest, and opens transactions by name instead of switching autocommit off."""

    _used_at = float("-inf")

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        return Connection(**conn_params) if _TOGETHER else super().get_new_connection(conn_params)

    def send(self, sql: str, params: Sequence[Any] | dict[str, Any]) -> None:
        """Execute a statement whose answer nobody looks at; within a transaction it may wait for the next one."""
        if _TOGETHER and self.in_atomic_block and not (self.execute_wrappers or self.queries_logged):
            self.validate_thread_sharing()
            self.validate_no_broken_transaction()
            with self.wrap_database_errors:
                if self.connection.put_off(sql, params):
                    return
        with self.cursor() as cursor, self._unanswered():
            cursor.execute(sql, params)

    @contextmanager
    def _unanswered(self) -> Iterator[None]:
        """Statements of this block may wait for the transaction's next one: nobody looks at what they answer."""
        driver = self.connection
        driver.deferring = _TOGETHER and self.in_atomic_block
        try:
            yield
        finally:
            driver.deferring = False

    def straight(self, sql: str, params: Sequence[Any] = ()) -> Sequence[tuple[Any, ...]]:
        """The rows of a SELECT, by the driver itself unless somebody looks at statements."""
        if not _TOGETHER or self.execute_wrappers or self.queries_logged:
            with self.cursor() as cursor:
                cursor.execute(sql, params or None)
                return cursor.fetchall()
        self.validate_thread_sharing()
        self.validate_no_broken_transaction()
        self.close_if_health_check_failed()
        self.ensure_connection()
        self._used_at = time.monotonic()
        with self.wrap_database_errors:
            driver = self.connection
            driver.query(sql.encode() % tuple(map(driver.literal, params)) if params else sql.encode())
            return driver.store_result().fetch_row(0)

    def create_cursor(self, name: Any = None) -> Any:
        self._used_at = time.monotonic()
        return super().create_cursor(name)

    def is_usable(self) -> bool:
        """Whether the connection works. After an error, or a rest, the server is asked."""
        if not self.errors_occurred and time.monotonic() - self._used_at < FRESH_SECONDS:
            return True
        return super().is_usable()

    def _start_transaction_under_autocommit(self) -> None:
        # Django's hook for databases where switching autocommit off begins nothing. Switching it off and on again
        # are two round trips around each transaction; this is one, or none where it travels with the first statement.
        with debug_transaction(self, "BEGIN"), self.wrap_database_errors:
            self.connection.begin()
