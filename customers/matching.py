"""From a queryset of customers to the three statements of a list, compiled once: rows, ids, count.

The ORM composes what is matched (joins, scope, filters); what is read of it, in which order, stands here.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Self

from django.core.exceptions import EmptyResultSet
from django.db import connection

from core.pagination import counted
from customers import reading
from customers.ordering import SORTS
from customers.querysets import CustomerQuerySet

# Past this row the ids are found first, on a key alone, and the rows fetched after.
_DEFERRED = 1_000
_MOST_ID = 2**63 - 1


class Matching:
    """The customers a list holds, and ways to read them.

    Attributes:
        tail: the statement from its FROM on, "" where nothing can match.
        params: the values for its marks.
    """

    tail: str
    params: Sequence[Any] = ()

    @classmethod
    def filled(cls, tail: str, params: Sequence[Any]) -> Self:
        """Of a statement that is composed already."""
        made = cls.__new__(cls)
        made.tail, made.params = tail, params
        return made

    def __init__(self, rows: CustomerQuerySet) -> None:
        try:
            sql, self.params = rows.order_by().values_list("pk").query.sql_with_params()
            self.tail = sql[sql.index(" FROM ") :]
        except EmptyResultSet:
            # The filters contradict each other ("one of no employees"): there is nothing to ask for.
            self.tail = ""

    def behind(self, sort: str, customer_id: int) -> Self:
        """Those of an order by id alone that stand behind this id in it."""
        sign = "<" if SORTS[sort][0].startswith("-") else ">"
        # A caller may write any number; the drivers don't take all, and no row has an id beyond these.
        within = max(0, min(customer_id, _MOST_ID))
        return self.filled(self.tail and f"{self.tail} AND {_id()} {sign} %s", [*self.params, within])

    def page(self, sort: str, *, start: int, size: int) -> list[dict[str, Any]]:
        """``size`` rows from ``start`` on, as wire values without tags."""
        if start >= _DEFERRED:
            return self.found_first(sort, start=start, size=size)
        return reading.named(self._run(_columns(), f" ORDER BY {_order(sort)} LIMIT %s OFFSET %s", size, start))

    def found_first(self, sort: str, *, start: int, size: int) -> list[dict[str, Any]]:
        """The same, ids before rows: the skipped ones, and those before a cursor, are never read.

        Given both the rows and a range of ids, MariaDB walks the key from its top and looks at every row on the way.
        """
        if not self.tail:
            return []
        order, table = _order(sort), connection.ops.quote_name("customer")
        ids = f"SELECT {_id()}{self.tail} ORDER BY {order} LIMIT %s OFFSET %s"
        sql = f"SELECT {_columns()} FROM ({ids}) found JOIN {table} ON {_id()} = found.id ORDER BY {order}"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [*self.params, size, start])
            return reading.named(cursor.fetchall())

    def count(self, bound: int) -> tuple[int, bool]:
        """How many there are, counted no further than ``bound``: (number, whether it is the exact one)."""
        if not self.tail:
            return 0, True
        return counted(f"SELECT {_id()}{self.tail}", self.params, bound)

    def _run(self, what: str, rest: str, *values: Any) -> Sequence[Sequence[Any]]:
        if not self.tail:
            return ()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {what}{self.tail}{rest}", [*self.params, *values])
            return cursor.fetchall()


@cache
def _columns() -> str:
    return ", ".join(_named(column) for column in reading.COLUMNS)


@cache
def _order(sort: str) -> str:
    return ", ".join(f"{_named(c.lstrip('-'))} {'DESC' if c.startswith('-') else 'ASC'}" for c in SORTS[sort])


def _id() -> str:
    return _named("id")


def _named(column: str) -> str:
    quote = connection.ops.quote_name
    return f"{quote('customer')}.{quote(column)}"
