"""What the tables of fields are made of."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Choices, Q, QuerySet

from segments.conditions.nodes import Moment

Fields = Mapping[str, "Field"]
# A fact answers to a question, or doesn't.
Test = Callable[[Any], bool]


class Asking(NamedTuple):
    """Of which company a question is asked, and when."""

    corp_id: int
    moment: Moment


@dataclass(frozen=True, slots=True)
class Op:
    """One positive question, answered in two ways that agree: by the database and of a fact at hand.

    Attributes:
        key: its name on the wire.
        takes: what its value looks like, a key of ``shapes.SHAPES``.
        q: of a field, the value and the asking.
        test: of the value and the moment. A fact that is missing answers no.
    """

    key: str
    takes: str
    q: Callable[["Field", Any, Asking], Q]
    test: Callable[[Any, Moment], Test]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fields: the questions they take, and how one value of theirs is read from JSON and written.

    Attributes:
        read: raises ValueError with the message for people.
    """

    key: str
    ops: Mapping[str, Op]
    read: Callable[["Field", Any], Any]
    write: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True, slots=True)
class Link:
    """How a row comes to several rows of another table: its customer's tags, its employee's departments.

    Attributes:
        columns: of the row; what is linked depends on these alone.
        q: rows linked to one of the ids.
        held: for each of the keys (values of ``columns``) the ids linked to it. An id that was asked for and has become
            another one since stands beside that. Of a custom field, what it holds.
        nothing: what is held where nothing is.
        through: from what is asked of the other table's rows to the rows that have them.
    """

    columns: tuple[str, ...]
    q: Callable[[Asking, tuple[int, ...]], Q]
    held: Callable[[Asking, Collection[tuple[Any, ...]], Collection[int]], Mapping[tuple[Any, ...], Any]]
    # Rows linked to all of the ids, where that can be asked.
    q_all: Callable[[Asking, tuple[int, ...]], Q] | None = None
    nothing: Any = frozenset()
    through: Callable[[Q], Q] | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """Something that can be asked of a row.

    Attributes:
        key: its name on the wire.
        column: where the ORM finds it from the row; empty for a link.
        choices: all there are, or with ``open`` those that have a name; of a model further up ``app.Model.column``, of
            a custom field value and label each.
        of: the model that its values are ids of.
        personal: of a custom field that is marked so: what it holds is told as stars.
    """

    key: str
    label: Any
    kind: Kind
    column: str = ""
    choices: type[Choices] | str | tuple[tuple[int, str], ...] = ""
    open: bool = False
    of: str = ""
    link: Link | None = None
    personal: bool = False

    def options(self) -> list[tuple[Any, Any]]:
        """The choices: value and label."""
        if isinstance(self.choices, tuple):
            return list(self.choices)
        if isinstance(self.choices, str):
            model, _dot, column = self.choices.rpartition(".")
            return list(apps.get_model(model)._meta.get_field(column).choices or ()) if model else []
        # An empty word is none at all, which ``unset`` asks for.
        return [(value, label) for value, label in self.choices.choices if value != ""]

    @property
    def columns(self) -> tuple[str, ...]:
        """What of the row its facts are made of."""
        return self.link.columns if self.link else (self.column,)


@dataclass(frozen=True, slots=True)
class Rows:
    """A set of rows that a customer has: relations, tags, follow-ups, …

    Attributes:
        only: which rows of the model there are at all.
        worked_out: columns that the model doesn't have.
        customer: the column that says whose they are.
        told_apart: the field by which they are told apart where a customer has very many: of one customer only those
            are read that a condition can be about.
    """

    key: str
    label: Any
    model: str
    fields: Fields
    only: Q = Q()  # noqa: RUF009
    worked_out: Mapping[str, Any] = field(default_factory=dict)
    customer: str = "customer_id"
    told_apart: str = ""

    def of(self, corp_id: int) -> QuerySet[Any]:
        """All of the company's."""
        rows = apps.get_model(self.model)._default_manager.filter(self.only, corp_id=corp_id)
        return rows.annotate(**self.worked_out).order_by()


def table(entries: Iterable[Any]) -> dict[str, Any]:
    """The entries by their keys, in the order in which people are shown them."""
    return {entry.key: entry for entry in entries}
