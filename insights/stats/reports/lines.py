"""Answers as lines of a file: a heading in the names of the wire, then a line for each row."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from insights.stats.reading import Pair

Lines = Iterator[list[str]]


def series(answer: dict[str, Any], names: Iterable[str]) -> Lines:
    """Spans in a row, with these numbers of each."""
    wanted = list(names)
    yield [_("day"), *headings(wanted)]
    for row in answer["list"]:
        yield [row["day"].isoformat(), *cells(row[name] for name in wanted)]


def headings(names: Iterable[str]) -> list[str]:
    """Two columns for each number."""
    return [f"{name}.{which}" for name in names for which in Pair._fields]


def cells(told: Iterable[dict[str, int | None] | None]) -> list[str]:
    """The two values of each number."""
    return [plain((pair or {}).get(which)) for pair in told for which in Pair._fields]


def plain(value: Any) -> str:
    """One value; nothing where it isn't known."""
    return "" if value is None else str(value)
