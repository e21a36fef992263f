"""Rows that thousands of tests start from: made by the rules once, then only written again, a statement per table."""

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models import sql

from core.time import now

Made = TypeVar("Made")


@dataclass(frozen=True)
class Insert:
    """All rows of one table, as the database takes them. ``moments`` are the places of times of the making."""

    text: str
    params: tuple[Any, ...]
    moments: tuple[int, ...]

    @classmethod
    def of(cls, rows: Sequence[models.Model]) -> "Insert":
        fields = [field for field in rows[0]._meta.concrete_fields if not field.generated]
        query = sql.InsertQuery(type(rows[0]))
        query.insert_values(fields, rows, raw=True)
        [(text, params)] = query.get_compiler(connection=connection).as_sql()
        moments = (at for at, (row, field) in enumerate(product(rows, fields)) if _is_moment(row, field))
        return cls(text, tuple(params), tuple(moments))

    def execute(self, cursor: Any, moment: Any) -> None:
        params = list(self.params)
        for place in self.moments:
            params[place] = moment
        cursor.execute(self.text, params)


class Staged(Generic[Made]):
    """What ``make`` answers, with the rows that ``rows`` lists: all that the making wrote, referred-to ones first.

    The copies have the ids of the first making, so where one of the tables has rows all is made anew. Times are of now.
    """

    def __init__(self, make: Callable[[], Made], rows: Callable[[Made], Iterable[Sequence[models.Model]]]) -> None:
        self._make, self._rows = make, rows
        self._inserts: list[Insert] = []
        self._names: list[str] = []
        self._copy = b""

    def again(self) -> Made:
        with connection.cursor() as cursor:
            if self._inserts and not self._anybody(cursor):
                return self._written(cursor)
        made = self._make()
        if not self._inserts:
            self._keep(made)
        return made

    def _keep(self, made: Made) -> None:
        tables = [list(rows) for rows in self._rows(made)]
        self._names = [connection.ops.quote_name(rows[0]._meta.db_table) for rows in tables]
        self._copy = pickle.dumps((made, tables))
        self._inserts = [Insert.of(rows) for rows in tables]

    def _anybody(self, cursor: Any) -> bool:
        cursor.execute("SELECT " + " OR ".join(f"EXISTS (SELECT 1 FROM {name})" for name in self._names))
        return bool(cursor.fetchone()[0])

    def _written(self, cursor: Any) -> Made:
        moment = now()
        for insert in self._inserts:
            insert.execute(cursor, connection.ops.adapt_datetimefield_value(moment))
        copy: tuple[Made, list[list[models.Model]]] = pickle.loads(self._copy)
        for row, field in _cells(copy[1]):
            if _is_moment(row, field):
                setattr(row, field.attname, moment)
        return copy[0]


def _cells(tables: Iterable[Sequence[models.Model]]) -> Iterator[tuple[models.Model, Any]]:
    for rows in tables:
        yield from product(rows, rows[0]._meta.concrete_fields)


def _is_moment(row: models.Model, field: Any) -> bool:
    return isinstance(field, models.DateTimeField) and getattr(row, field.attname) is not None
