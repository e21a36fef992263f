"""Rows of several tables by one statement: a page that shows a dozen of them waits for the database once."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from core.sql import fetched

# Both databases write a row as JSON by the same word; columns of unlike types would not go under each other.
_PART = "SELECT %s, JSON_ARRAY({columns}) FROM ({rows}) {name}"


def gathered(parts: Mapping[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each part, as ``values_list`` gives them.

    Args:
        parts: name → ``values_list(…)`` with a bound and an order of its own. One that can have no rows is left out of
            the statement.
    """
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in parts}
    pieces: list[str] = []
    given: list[Any] = []
    kinds: dict[str, list[Any]] = {}
    for name, rows in parts.items():
        try:
            piece, values, kinds[name] = _piece(f"g{len(pieces)}", rows)
        except EmptyResultSet:
            continue
        pieces.append(piece)
        given += [name, *values]
    # A derived table with a LIMIT is made before it is read, and read in the order in which it was made.
    for name, row in fetched(" UNION ALL ".join(pieces), given) if pieces else ():
        values = orjson.loads(row)
        found[name].append(tuple(_value(kind, value) for kind, value in zip(kinds[name], values, strict=True)))
    return found


def _piece(alias: str, rows: Any) -> tuple[str, list[Any], list[Any]]:
    compiler = rows.query.get_compiler(connection=connection)
    sql, values = compiler.as_sql(with_col_aliases=True)
    columns = ", ".join(f"{alias}.{connection.ops.quote_name(name)}" for _column, _sql, name in compiler.select)
    kinds = [type(column.output_field) for column, _sql, _name in compiler.select]
    return _PART.format(columns=columns, rows=sql, name=alias), list(values), kinds


def _value(kind: type, value: Any) -> Any:
    """What JSON made of a column, as the column's own kind."""
    if value is None:
        return None
    if issubclass(kind, models.DateTimeField):
        return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC)
    if issubclass(kind, models.DateField):
        return dt.date.fromisoformat(value)
    if issubclass(kind, models.BooleanField):
        return bool(value)
    return orjson.loads(value) if issubclass(kind, models.JSONField) and isinstance(value, str) else value
