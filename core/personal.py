"""What each column holds of people, said once for every app in its ``privacy.py``.

Why in tables: docs/decisions/0046-personal-data.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import module_has_submodule

MODULE = "privacy"


class Mark(StrEnum):
    """What a column holds: something of a person, something that opens a door, or neither."""

    PERSONAL = "personal"
    SECRET = "secret"  # noqa: S105
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The columns of one model by their marks, and how a customer's rows are found in it.

    Attributes:
        personal, secrets, none: names of columns, with blanks between them; each column stands in one of the three.
        by: column → what of a customer stands there: ``id``, ``external_userid``, ``unionid`` or ``lane``. Any of them
            makes the row theirs.
        within: columns in which somebody may be named anywhere: they are searched, and cleared of them.
        staff: the people are the company's own; nothing here is a customer's.
        alias: the column that says who it is: an erasure puts a name there that is nobody's.
        aged: the column by whose time rows grow too old, behind the company in an index; a company may say when.
        days: after how many they do by default; None: never.
        along: model.column of the same app: its rows name one of these by number, and go with it when it is too old.
        drop: an erasure deletes the rows. By default it empties the personal columns and leaves the row, which counts.
    """

    personal: str = ""
    secrets: str = ""
    none: str = ""
    by: Mapping[str, str] = field(default_factory=dict)
    within: str = ""
    staff: bool = False
    drop: bool = False
    alias: str = ""
    aged: str = ""
    days: int | None = None
    along: str = ""

    def marks(self) -> Iterator[tuple[str, Mark]]:
        said = {Mark.PERSONAL: self.personal, Mark.SECRET: self.secrets, Mark.NONE: self.none}
        return ((column, mark) for mark, columns in said.items() for column in columns.split())


def our_models() -> list[Any]:
    """The models of this project's own packages that have a table of their own."""
    ours = [a for a in apps.get_app_configs() if Path(a.path).parent == settings.BASE_DIR]
    return [model for app in ours for model in app.get_models() if not model._meta.proxy]


@cache
def tables() -> dict[Any, Table]:
    """Model → its marks, in the order of the apps. A model that nobody has marked is missing."""
    said: dict[str, Mapping[str, Table]] = {}
    for model in our_models():
        app = model._meta.app_config
        if app.label not in said:
            marked = module_has_submodule(app.module, MODULE)
            said[app.label] = import_module(f"{app.name}.{MODULE}").TABLES if marked else {}
    found = ((model, said[model._meta.app_label].get(model.__name__)) for model in our_models())
    return {model: table for model, table in found if table}


def of_customers() -> Iterator[tuple[Any, Table]]:
    """The tables in which something of a customer may stand."""
    return ((model, table) for model, table in tables().items() if table.by or table.within)


def faults() -> Iterator[str]:
    """A sentence for each column that isn't marked exactly once, and for each mark of a column that isn't there."""
    for model in our_models():
        table = tables().get(model, Table())
        said = [column for column, _mark in table.marks()]
        columns = {column.name for column in model._meta.concrete_fields}
        for column in sorted(columns - set(said)):
            yield f"{model._meta.label}.{column} is not marked"
        for column in sorted(set(said) - columns):
            yield f"{model._meta.label}.{column} is marked and does not exist"
        for column in sorted({column for column in said if said.count(column) > 1}):
            yield f"{model._meta.label}.{column} is marked twice"
        if table.personal and not (table.by or table.within or table.staff):
            yield f"{model._meta.label} doesn't say how a person is found in it"
