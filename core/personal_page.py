"""The page that lists what every table holds of people, made from the marks."""

from collections.abc import Iterator
from typing import Any

from core.personal import Mark, Table, tables

_HEAD = """# What is held of people

Made by `manage.py personal_data` from the `privacy.py` of each app; a test fails when it is out of date, and another
one when a column has no mark. What the marks lead to is told in [privacy.md](privacy.md). A column that isn't listed
holds nothing of a person.

| table | personal | secret | whose | after an erasure |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    return _HEAD + "".join(_lines())


def _lines() -> Iterator[str]:
    for model, table in tables().items():
        if table.personal or table.secrets:
            cells = [_columns(table, Mark.PERSONAL), _columns(table, Mark.SECRET), _whose(table), _after(table)]
            yield f"| `{_named(model)}` | {' | '.join(cells)} |\n"


def _named(model: Any) -> str:
    return f"{model._meta.app_label}.{model._meta.db_table}"


def _columns(table: Table, mark: Mark) -> str:
    return ", ".join(f"`{column}`" for column, said in table.marks() if said is mark) or "–"


def _whose(table: Table) -> str:
    if table.staff:
        return "colleagues"
    return "customers" if table.by or table.within else "nobody's"


def _after(table: Table) -> str:
    if not (table.by or table.within):
        return "stays"
    if table.drop:
        return "rows deleted"
    return "columns emptied" if table.by else "cleared of the person"
