"""The few lines of SQL that the databases spell differently."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models.constants import OnConflict

# SQLite takes 32,766 parameters in a statement.
MOST_PARAMETERS = 24_000


def send(sql: str, params: Sequence[Any] | dict[str, Any]) -> None:
    """Execute a statement of the open transaction that answers nothing anybody needs.

    On MySQL it may travel with the transaction's next statement or its COMMIT, and what is wrong with it is raised
    there (docs/decisions/0016-cheaper-writes.md).
    """
    if straight := getattr(connection, "send", None):
        straight(sql, params)
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def one(sql: str, *numbers: int) -> Sequence[Any] | None:
    """The first row of a SELECT whose ``{}`` stand for whole numbers, None where there is none, as ``fetched``."""
    rows = fetched(sql.format(*map(int, numbers)))
    return rows[0] if rows else None


def fetched(sql: str, params: Sequence[Any] = ()) -> Sequence[tuple[Any, ...]]:
    """The rows of a SELECT.

    On MySQL past Django's and the driver's cursors, which cost as much as the statement: for what is read in every
    request.
    """
    if straight := getattr(connection, "straight", None):
        return straight(sql, params)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def fetched_by_name(sql: str, params: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    """The rows of a SELECT whose parameters are named, so that one may stand in several places."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def on_conflict(keys: Sequence[str], update: dict[str, str]) -> str:
    """The tail of an INSERT that turns into an update where the unique key ``keys`` is taken.

    Args:
        keys: columns of the unique key; MySQL infers it.
        update: column → SQL expression.
    """
    assignments = ", ".join(f"{column} = {value}" for column, value in update.items())
    if connection.vendor == "mysql":
        return f"ON DUPLICATE KEY UPDATE {assignments}"
    return f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {assignments}"


def days_after(column: str, days: int) -> str:
    """The instant ``days`` times 24 hours after that of a column."""
    if connection.vendor == "mysql":
        return f"{column} + INTERVAL {days:d} DAY"
    return f"datetime({column}, '+{days:d} days')"


def by_index(name: str) -> str:
    """What follows a table's name where MySQL is to read it by this index; the others find it themselves."""
    return f" FORCE INDEX ({name})" if connection.vendor == "mysql" else ""


def marks(count: int) -> str:
    """``%s, %s, %s``: placeholders for an IN list of ``count`` values."""
    return ", ".join(["%s"] * count)


def rewrite(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Store these fields of (locked) rows that exist, by as few statements as ``insert_many`` needs.

    Django's ``bulk_update`` compares each row with each, and splits the rows into hundreds on SQLite.
    """
    if not rows:
        return
    meta: Any = rows[0]._meta
    columns = [field for field in meta.concrete_fields if not field.generated]
    quoted = connection.ops.quote_name
    update = [meta.get_field(name).column for name in fields]
    tail = connection.ops.on_conflict_suffix_sql(columns, OnConflict.UPDATE, update, [meta.pk.column])
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in columns] for row in rows]
    insert_many(quoted(meta.db_table), [quoted(field.column) for field in columns], values, tail)


def incoming(column: str) -> str:
    """In ``on_conflict``: the value that the insert would have put there."""
    return f"VALUES({column})" if connection.vendor == "mysql" else f"excluded.{column}"


def insert_many(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], tail: str = "", *, waited_for: bool = True
) -> None:
    """Insert rows of plain values, as many by one statement as every database takes, in the order given.

    Args:
        tail: ``on_conflict(…)``.
        waited_for: False: it may travel with the next statement, as ``send`` has it.
    """
    at_once = MOST_PARAMETERS // len(columns)
    head, each = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ", f"({marks(len(columns))})"  # noqa: S608
    put = _execute if waited_for else send
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        put(f"{head}{', '.join([each] * len(some))} {tail}", [value for row in some for value in row])


def _execute(sql: str, params: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
