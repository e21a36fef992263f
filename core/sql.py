"""The few lines of SQL that the databases spell differently."""

from collections.abc import Sequence

from django.db import connection


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


def marks(count: int) -> str:
    """``%s, %s, %s``: placeholders for an IN list of ``count`` values."""
    return ", ".join(["%s"] * count)
