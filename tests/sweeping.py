"""Emptying the database behind a test that commits."""

from functools import cache
from typing import Any

from django.core.management.color import no_style
from django.db import connection

# What the migrations write of the models themselves: Django's flush would delete it, and make it anew each time.
KEPT = {"django_content_type", "auth_permission"}


def sweep(_case: Any = None) -> None:
    """Delete from the few tables that have rows. Django's own flush visits a hundred, after each test."""
    ops, touched = connection.ops, filled()
    if touched:
        ops.execute_sql_flush(ops.sql_flush(no_style(), touched))


def filled() -> list[str]:
    """The tables with rows, without those that are kept; asked for in one statement."""
    tables = _tables()
    asked = ", ".join(f"EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        return [name for name, full in zip(tables, cursor.fetchone(), strict=True) if full]


@cache
def _tables() -> list[str]:
    return sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
