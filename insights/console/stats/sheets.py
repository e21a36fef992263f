"""Tables as the pages show them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """Attributes:
    sub: what stands below it, smaller.
    link: what it leads to.
    share: 0 to 1, drawn as a bar.
    shade: 0 to 1, how strongly the cell is coloured.
    """

    text: str
    sub: str = ""
    link: str = ""
    share: float | None = None
    shade: float | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """Attributes: ``about``, what the column counts; ``link`` orders the lines by it, ``chosen`` where they are."""

    text: Any
    about: str = ""
    link: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    head: Cell
    cells: list[Cell]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    headings: list[Heading]
    rows: list[Row] = field(default_factory=list)
