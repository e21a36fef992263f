"""The database server as the bench sees it: filled databases, statements counted, traces of a run removed."""

import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import MySQLdb

from bench import processes

# What a request asks of the data; BEGIN, COMMIT and SET are round trips too and counted apart.
_STATEMENTS = "('Com_select', 'Com_insert', 'Com_insert_select', 'Com_update', 'Com_delete', 'Com_replace')"


class Schema:
    """One database of a MySQL or MariaDB server, by its DATABASE_URL."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.url, self.name = url, parts.path.strip("/")
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 3306
        self.user, self.password = parts.username or "root", parts.password or ""
        self._connection = MySQLdb.connect(
            host=self.host, port=self.port, user=self.user, password=self.password, autocommit=True, charset="utf8mb4"
        )

    def sibling(self, name: str) -> "Schema":
        """Another database of the same server."""
        return Schema(urlunsplit(urlsplit(self.url)._replace(path=f"/{name}")))

    def ask(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        cursor = self._connection.cursor()
        cursor.execute(sql, params or None)
        return list(cursor.fetchall() or ())

    def has(self, table: str) -> bool:
        return bool(self.ask(f"SHOW TABLES FROM `{self.name}` LIKE %s", table)) if self.exists else False

    @property
    def exists(self) -> bool:
        return bool(self.ask("SELECT 1 FROM information_schema.schemata WHERE schema_name = %s", self.name))

    def count(self, table: str) -> int:
        return self.ask(f"SELECT COUNT(*) FROM `{self.name}`.`{table}`")[0][0]

    def statements(self) -> tuple[int, int]:
        """(data statements, all round trips) that the server has answered since it started."""
        rows = self.ask(f"SHOW GLOBAL STATUS WHERE Variable_name IN {_STATEMENTS}")
        return sum(int(r[1]) for r in rows), int(self.ask("SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])

    def pids(self) -> list[int]:
        return processes.listening(self.port)

    def stop_running(self) -> None:
        """Kill what is still being answered here: the clients are gone, and the next target would pay for it."""
        rows = self.ask(
            "SELECT id FROM information_schema.processlist "
            "WHERE db = %s AND command <> 'Sleep' AND id <> CONNECTION_ID()",
            self.name,
        )
        for (ident,) in rows:
            try:
                self.ask(f"KILL QUERY {int(ident)}")
            except MySQLdb.Error:
                continue

    def settings(self) -> dict[str, str]:
        """What of the server's settings decides how fast it is."""
        names = (
            "version",
            "innodb_buffer_pool_size",
            "innodb_flush_log_at_trx_commit",
            "log_bin",
            "innodb_log_file_size",
        )
        return {name: str(self.ask(f"SELECT @@GLOBAL.{name}")[0][0]) for name in names}


def ensure_filled(url: str, customers: int) -> Schema:
    """The database with this many customers: created, migrated and filled if it isn't there."""
    schema = Schema(url)
    if not schema.has("customer"):
        schema.ask(
            f"CREATE DATABASE IF NOT EXISTS `{schema.name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci"
        )
    env = os.environ | {"DATABASE_URL": url}
    _manage(env, "migrate", "--verbosity=0")
    if not schema.ask(f"SELECT 1 FROM `{schema.name}`.customer LIMIT 1"):
        _manage(env, "fill_bench", f"--customers={customers}")
    return schema


def _manage(env: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], env=env, check=True)


class Traces:
    """What a run writes into the filled database, so that the next run finds it as it was."""

    _BY_ID = ("customer_tag_relation", "outbox_event", "idempotency_key")
    _BY_CUSTOMER = ("customer_gram", "relation_episode", "follow_relation")

    def __init__(self, schema: Schema, customers: int) -> None:
        self.schema, self.customers = schema, customers
        self.last = {t: self._last(t) for t in self._BY_ID}

    def _last(self, table: str) -> int:
        return self.schema.ask(f"SELECT COALESCE(MAX(id), 0) FROM `{self.schema.name}`.`{table}`")[0][0]

    def remove(self) -> None:
        name, last_customer = self.schema.name, self.customers
        for table in self._BY_CUSTOMER:
            self._delete(f"`{name}`.{table}", "customer_id", last_customer)
        for table, last in self.last.items():
            self._delete(f"`{name}`.{table}", "id", last)
        self._delete(f"`{name}`.customer", "id", last_customer)

    def _delete(self, table: str, column: str, last: int) -> None:
        self.schema.ask(f"DELETE FROM {table} WHERE {column} > %s", last)
