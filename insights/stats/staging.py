"""What one number is counted from in several dimensions, found once: a temporary table of this connection alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

TABLE = "stat_staged"


@contextmanager
def staged(select: str, given: dict[str, Any]) -> Iterator[None]:
    """The rows of a SELECT with named parameters, for as long as the block lasts; nothing where there is none."""
    if not select:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {TABLE} AS {select}", given)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP {'TEMPORARY ' if connection.vendor == 'mysql' else ''}TABLE {TABLE}")
