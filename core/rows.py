"""One row at a time by a plain statement: the one the ORM would send, composed once a model instead of at each call.

Composing it anew costs a third of a write's processor time (docs/decisions/0016-cheaper-writes.md).
"""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from django.db import OperationalError, connection, models
from django.db.transaction import get_connection

from core import composing
from core.sql import fetched, marks, send

M = TypeVar("M", bound=models.Model)

# What MariaDB and MySQL answer to NOWAIT.
_HELD = ((1205,), (3572,))


class Busy(Exception):
    """Somebody else holds the lock of a row."""


def locked(model: type[M], **where: Any) -> M:
    """The row with these column values, locked for the open transaction, all of it read after the lock was had.

    Args:
        where: attribute name of the column (``id``, ``corp_id``) → value; together they name one row.

    Raises:
        DoesNotExist: there is none.
    """
    reading = composing.reading(model, tuple(where))
    # Prepared, as a lookup's values are: MySQL's guard against writing a key of 0 doesn't forbid to look for one.
    given = zip(reading.sought, where.values(), strict=True)
    values = [f.get_db_prep_value(f.get_prep_value(v), connection, prepared=True) for f, v in given]
    try:
        found = fetched(reading.sql, values)
    except OverflowError:
        # SQLite takes no number of more than 64 bits, and so has no row with one.
        found = ()
    if not found:
        raise model.DoesNotExist  # type: ignore[attr-defined]
    return model.from_db(connection.alias, reading.names, reading.converted(found[0]))


def locked_all(model: type[M], ids: Sequence[int]) -> dict[int, M]:
    """Those of the rows with these keys that are there, locked in the order of their keys: key → row, as ``locked``.

    Raises:
        Busy: somebody else holds one of them. That isn't waited for.
    """
    reading = composing.reading(model, ("id",))
    sql = reading.sql.replace("= %s", f"IN ({marks(len(ids))})", 1)
    if connection.features.has_select_for_update_nowait:
        sql += " NOWAIT"
    try:
        found = fetched(sql, sorted(ids))
    except OperationalError as error:
        raise (Busy if error.args[:1] in _HELD else error) from error
    rows = (model.from_db(connection.alias, reading.names, reading.converted(row)) for row in found)
    return {row.pk: row for row in rows}


def insert(row: models.Model) -> None:
    """``row.save(force_insert=True)`` of a model whose key the database counts up. Raises IntegrityError."""
    inserting = composing.inserting(type(row))
    with connection.cursor() as cursor:
        cursor.execute(inserting.sql, _prepared(row, inserting.steps, adding=True))
        row.pk = cursor.lastrowid
    row._state.adding, row._state.db = False, connection.alias


def insert_all(rows: Sequence[models.Model]) -> bool:
    """``insert`` of several rows of one model: all, or none with IntegrityError.

    Returns: whether they have got their keys; MySQL tells none, unlike MariaDB.
    """
    inserting = composing.inserting(type(rows[0]))
    head, mark = inserting.sql.rsplit(" VALUES ", 1)
    told = connection.features.can_return_rows_from_bulk_insert
    tail = " RETURNING id" if told else ""
    values = [value for row in rows for value in _prepared(row, inserting.steps, adding=True)]
    with connection.cursor() as cursor:
        cursor.execute(f"{head} VALUES {', '.join([mark] * len(rows))}{tail}", values)
        for row, found in zip(rows, cursor.fetchall() if told else (), strict=False):
            row.pk = found[0]
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return told


def insert_beside(row: models.Model, model: type[models.Model], **where: Any) -> bool:
    """``insert``, in one statement, if ``model`` has the row that ``where`` names. Returns whether it has.

    Args:
        where: attribute names of the key and of other columns → values; together they name one row.
    """
    inserting = composing.inserting(type(row), model, tuple(where))
    with connection.cursor() as cursor:
        cursor.execute(inserting.sql, [*_prepared(row, inserting.steps, adding=True), *where.values()])
        if not cursor.rowcount:
            return False
        row.pk = cursor.lastrowid
    row._state.adding, row._state.db = False, connection.alias
    return True


def update(row: models.Model, names: Collection[str]) -> None:
    """``row.save(update_fields=names)`` of a row that this transaction has locked, and so can't be gone."""
    updating = composing.updating(type(row), tuple(names))
    send(updating.sql, [*_prepared(row, updating.steps, adding=False), row.pk])


def _prepared(row: models.Model, steps: Sequence[composing.Step], *, adding: bool) -> list[Any]:
    using, held, values = get_connection(), vars(row), []
    for name, as_it_is, fill, prepare in steps:
        value = held.get(name)
        # Most are, and to be told so by the field costs more than the rest of the statement.
        values.append(value if as_it_is and type(value) is as_it_is else prepare(fill(row, adding), using))
    return values
