"""Rows for a past that is made up: spread over the dataset's last years, the same for the same numbers."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection

from bench import clock
from core.sql import insert_many
from corps.models import Corp

CHUNK = 10_000
# In each of these days before the end something happens.
DAYS = 730
DAY = dt.timedelta(days=1)

Row = tuple[Any, ...]


def insert(table: str, columns: str, rows: Iterable[Row]) -> None:
    """Rows of plain values and instants into a table, as many at a time as the database takes well."""
    source = iter(rows)
    while some := [tuple(map(_plain, row)) for row in islice(source, CHUNK)]:
        insert_many(table, columns.split(), some)


def ago(number: int, step: int = 7_919) -> dt.datetime:
    """An instant of the last ``DAYS``, another for each number, in working hours of China."""
    day, minute = number * step % DAYS, number * 31 % 600
    return clock.END - day * DAY - dt.timedelta(minutes=minute + 15 * 60)


def people(corp: Corp) -> list[int]:
    """The employees' ids."""
    return list(corp.employee_set.order_by("pk").values_list("pk", flat=True))


def customers(corp: Corp, every: int) -> Iterator[int]:
    """The ids of one in so many customers."""
    return islice(corp.customer_set.order_by("pk").values_list("pk", flat=True).iterator(), 0, None, every)


def _plain(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, dt.datetime) else value
