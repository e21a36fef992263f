"""From a queryset of customers to the three statements of a list, compiled once: rows, ids, count.

The ORM composes what is matched (joins, scope, filters); what is read of it, in which order, stands here.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Self

from django.core.exceptions import EmptyResultSet
from django.db import connection

from core.pagination import counted
from core.sql import by_index, fetched
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
        index: the index of the customers in which a list by id stands in order; "" where the database is to find one.
        by: the column that holds the customers' ids, "" for their own.
    """

    tail: str
    params: Sequence[Any] = ()
    index = ""
    by = ""

    @classmethod
    def filled(cls, tail: str, params: Sequence[Any], *, index: str = "", by: str = "") -> Self:
        """Of a statement that is composed already. With ``by`` it has no other order than by id."""
        made = cls.__new__(cls)
        made.tail, made.params, made.index, made.by = tail, params, index, by
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
        tail = self.tail and f"{self.tail} AND {self._key()} {sign} %s"
        return self.filled(tail, [*self.params, within], index=self.index, by=self.by)

    def page(self, sort: str, *, start: int, size: int) -> list[dict[str, Any]]:
        """``size`` rows from ``start`` on, as wire values without tags."""
        if start >= _DEFERRED or self.by:
            return self.found_first(sort, start=start, size=size)
        if not self.tail:
            return []
        sql = f"SELECT {_columns()}{self._within(sort)} ORDER BY {_order(sort)} LIMIT %s OFFSET %s"
        return _rows(sql, [*self.params, size, start])

    def found_first(self, sort: str, *, start: int, size: int) -> list[dict[str, Any]]:
        """The same, ids before rows: the skipped ones, and those before a cursor, are never read.

        Given both the rows and a range of ids, MariaDB walks the key from its top and looks at every row on the way.
        """
        if not self.tail:
            return []
        order, key = _order(sort), self._key()
        inner = order.replace(_id(), key)
        ids = f"SELECT {key} AS id{self._within(sort)} ORDER BY {inner} LIMIT %s OFFSET %s"
        sql = f"SELECT {_columns()} FROM ({ids}) found JOIN {_table()} ON {_id()} = found.id ORDER BY {order}"  # noqa: S608
        return _rows(sql, [*self.params, size, start])

    def count(self, bound: int) -> tuple[int, bool]:
        """How many there are, counted no further than ``bound``: (number, whether it is the exact one)."""
        if not self.tail:
            return 0, True
        return counted(f"SELECT {self._key()}{self._within('-id')}", self.params, bound)

    def _key(self) -> str:
        return self.by or _id()

    def _within(self, sort: str) -> str:
        """The tail; where the list is by id, with the index that has it so.

        To look at each of the customers' indexes takes MariaDB twice as long as to read twenty rows by one of them.
        """
        if not self.index or len(SORTS[sort]) > 1:
            return self.tail
        return self.tail.replace(_table(), f"{_table()}{by_index(self.index)}", 1)


def _rows(sql: str, params: Sequence[Any]) -> list[dict[str, Any]]:
    return reading.named(fetched(sql, params))


@cache
def _columns() -> str:
    return ", ".join(_named(column) for column in reading.COLUMNS)


@cache
def _order(sort: str) -> str:
    return ", ".join(f"{_named(c.lstrip('-'))} {'DESC' if c.startswith('-') else 'ASC'}" for c in SORTS[sort])


def _table() -> str:
    return connection.ops.quote_name("customer")


def _id() -> str:
    return _named("id")


def _named(column: str) -> str:
    quote = connection.ops.quote_name
    return f"{quote('customer')}.{quote(column)}"
