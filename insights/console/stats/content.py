"""What a report gives its page, and what its tables have in common."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from insights.console.stats.asking import Asked
from insights.console.stats.charts import Chart
from insights.console.stats.drilling import Drill
from insights.console.stats.names import NAMES
from insights.console.stats.sheets import Heading, Table


@dataclass(frozen=True, slots=True)
class Part:
    """A table, and the charts of it."""

    title: str
    table: Table
    charts: Sequence[Chart] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One number at a glance."""

    title: Any
    shown: str
    people: str
    before: str
    about: str
    link: str


@dataclass(frozen=True, slots=True)
class Content:
    """Attributes: ``answer``, what REST answers too; ``page`` and ``more`` where there are pages of lines."""

    answer: dict[str, Any]
    parts: list[Part]
    cards: list[Card] = field(default_factory=list)
    page: int = 1
    more: bool = False


def headings(answer: dict[str, Any], names: Iterable[str]) -> list[Heading]:
    """A column for each number, with what it counts."""
    return [Heading(NAMES[name], answer["definitions"].get(name, "")) for name in names]


def drill(asked: Asked) -> Drill:
    """The ways from the numbers of the question's own scope."""
    return Drill(asked.reader, asked.scope)
