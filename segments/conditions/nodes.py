"""The condition tree: what is asked about a customer, as values that can be compared, walked and rebuilt.

A tree is made by ``parsing`` alone, so every tree that exists is valid. It says what is asked, not how the answer is
found: ``compiled`` turns it into SQL, ``answering`` asks it of the facts of one customer, bitmaps of whole sets.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Moment:
    """When a tree is asked. "In the last 90 days" means whole days of the company's zone, today being the last.

    Attributes:
        at: an instant, UTC.
        zone: the company's.
    """

    at: dt.datetime
    zone: ZoneInfo

    @property
    def today(self) -> dt.date:
        return self.at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class All:
    """Each of the parts holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the parts holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part doesn't hold."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Own:
    """A custom field of the company, as it was when the tree was read.

    Attributes:
        id, key, name, kind: of the row; the kind is one of ``customers.choices.CustomKind``.
        subject: "customer" or "relation".
        options: of a choice: (id, label, whether it is in use) each.
        active: whether the field is in use.
        personal: whether what it holds is starred out for some.
    """

    id: int
    key: str
    name: str
    kind: int
    subject: str
    options: tuple[tuple[int, str, bool], ...] = ()
    active: bool = True
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about one field.

    Attributes:
        field: a key of ``fields.FIELDS``, or within ``Some`` of that set's fields.
        op: a key of ``fields.OPS``; the field's kind says which it takes.
        value: hashable, as the kind's ``parse`` gives it; None where the op takes none.
        own: the custom field that ``field`` names by its key; None for those that every company has.
    """

    field: str
    op: str
    value: Any = None
    own: Own | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A question about the members of segments, and what it comes to.

    Attributes:
        means: those segments' own conditions in its place, and of lists who is on them. It is asked, not written.
    """

    asked: Asked
    means: "Node"


@dataclass(frozen=True, slots=True)
class Some:
    """So many rows of a set (relations, tags, follow-ups, stays in groups, …) of the customer answer to ``where``.

    All of ``where`` is asked of one and the same row: "added by this colleague, with that state" is one relation.

    Attributes:
        rows: a key of ``fields.SETS``.
        where: asks fields of the set; None for any row.
        count: ("atLeast" | "atMost" | "exactly", how many).
    """

    rows: str
    where: "Node | None" = None
    count: tuple[str, int] = ("atLeast", 1)


Node = All | AnyOf | Not | Asked | Named | Some


@dataclass(frozen=True, slots=True)
class Condition:
    """A whole tree of one company. Hashable: equal trees are asked once.

    Attributes:
        root: None asks nothing, so everybody answers to it.
        version: of the form it is written in (docs/decisions/0036-conditions.md).
    """

    corp_id: int
    root: Node | None
    version: int = 1


def walk(node: Node | None) -> Iterator[Node]:
    """The node and all below it, each before its parts."""
    if node is None:
        return
    yield node
    for part in below(node):
        yield from walk(part)


def below(node: Node) -> tuple[Node, ...]:
    """The parts of a node, in the order written; of a segment that is named, what it asks is not among them."""
    match node:
        case All(parts) | AnyOf(parts):
            return parts
        case Not(part):
            return (part,)
        case Some(where=where) if where is not None:
            return (where,)
    return ()
