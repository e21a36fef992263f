"""The statements of ``rows.py``, from the model's own columns and conversions: a new field needs nothing here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection, models

# A field's two acts of saving: what its value is now (times of change set themselves), and what the driver is given.
# Before them its attribute and the type of value that both leave as it is, if there is one.
Step = tuple[str, type | None, Callable[..., Any], Callable[..., Any]]
_AS_THEY_ARE: dict[type[models.Field], type] = {
    models.CharField: str,
    models.TextField: str,
    models.BigIntegerField: int,
    models.IntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveBigIntegerField: int,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A SELECT of all columns: the fields sought by, and what makes each column's value Python's."""

    sql: str
    sought: list[Any]
    names: list[str]
    converters: list[tuple[int, list[Callable[..., Any]], Any]]

    def converted(self, found: Sequence[Any]) -> list[Any]:
        """The driver's row as the ORM's compiler would hand it to the model."""
        values = list(found)
        for at, converts, column in self.converters:
            for convert in converts:
                values[at] = convert(values[at], column, connection)
        return values


@dataclass(frozen=True, slots=True)
class Writing:
    """An INSERT, or an UPDATE whose last parameter is the key."""

    sql: str
    steps: list[Step]


@cache
def reading(model: type[models.Model], where: tuple[str, ...]) -> Reading:
    options = model._meta
    fields, sought = list(options.concrete_fields), [_field(model, name) for name in where]
    lock = f" {connection.ops.for_update_sql()}" if connection.features.has_select_for_update else ""
    sql = f"SELECT {_listed(fields)} FROM {_quoted(options.db_table)} WHERE {_given(sought, ' AND ')}{lock}"  # noqa: S608
    columns = [(at, f.get_col(options.db_table)) for at, f in enumerate(fields)]
    converters = [
        (at, [*connection.ops.get_db_converters(c), *c.get_db_converters(connection)], c) for at, c in columns
    ]
    return Reading(sql, sought, [f.attname for f in fields], [c for c in converters if c[1]])


@cache
def inserting(
    model: type[models.Model], beside: type[models.Model] | None = None, where: tuple[str, ...] = ()
) -> Writing:
    """An INSERT; with ``beside`` only where a row of that model has these values, which are the last parameters."""
    fields = [f for f in model._meta.local_concrete_fields if not (f.primary_key or f.generated)]
    marks = ", ".join(["%s"] * len(fields))
    head = f"INSERT INTO {_quoted(model._meta.db_table)} ({_listed(fields)})"
    if beside is None:
        return Writing(f"{head} VALUES ({marks})", [_step(f) for f in fields])
    given = _given([_field(beside, name) for name in where], " AND ")
    sql = f"{head} SELECT {marks} FROM {_quoted(beside._meta.db_table)} WHERE {given}"  # noqa: S608
    return Writing(sql, [_step(f) for f in fields])


@cache
def updating(model: type[models.Model], names: tuple[str, ...]) -> Writing:
    options, fields = model._meta, [_field(model, name) for name in names]
    sql = f"UPDATE {_quoted(options.db_table)} SET {_given(fields, ', ')} WHERE {_given([options.pk], '')}"  # noqa: S608
    return Writing(sql, [_step(f) for f in fields])


def _step(field: Any) -> Step:
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    # A child of these may do as it likes.
    kind = int if isinstance(target, models.AutoField) and target is not field else _AS_THEY_ARE.get(type(target))
    return field.attname, kind, field.pre_save, field.get_db_prep_save


def _field(model: type[models.Model], name: str) -> Any:
    return next(f for f in model._meta.concrete_fields if name in (f.attname, f.name))


def _listed(fields: Sequence[Any]) -> str:
    return ", ".join(_quoted(f.column) for f in fields)


def _given(fields: Sequence[Any], between: str) -> str:
    return between.join(f"{_quoted(f.column)} = %s" for f in fields)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
