"""Why a customer answers to a condition or doesn't, node by node, with the facts that decided it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from customers.privacy import masking
from customers.privacy.stars import in_words
from segments.conditions import naming, phrases
from segments.conditions.answering import holds, node_asker
from segments.conditions.facts import Facts
from segments.conditions.mentions import CUSTOMER, of_node
from segments.conditions.naming import Names
from segments.conditions.nodes import Asked, Condition, Moment, Named, Node, Some, below
from segments.conditions.wording import called_so, said, sentence
from segments.fields import FIELDS, SETS, Field
from segments.fields.custom import asked_of
from segments.fields.field import Fields

# Of a set with more rows, so many are shown.
ROWS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Explained:
    """One node, answered.

    Attributes:
        held: what the customer has there, in words; of a set, how many rows answered and of how many.
        parts: of a set, its ``where`` for each of the first rows.
    """

    sentence: str
    holds: bool
    held: str = ""
    parts: tuple["Explained", ...] = ()


def explain(condition: Condition, facts: Facts, moment: Moment) -> Explained:
    """The condition answered node by node. The whole may be no where its only part is yes: of the deleted, and of who
    is on the blacklist, it is not asked."""
    called = naming.names(condition, _ids_held(condition, facts))
    parts = (_node(condition.root, facts, moment, called, FIELDS),) if condition.root else ()
    return Explained(sentence(condition), holds(condition, facts, moment), parts=parts)


def _node(node: Node, row: dict[str, Any], moment: Moment, called: Names, fields: Fields) -> Explained:
    text, answer = said(node, called, fields), node_asker(node, moment, fields)(row)
    match node:
        case Asked(key):
            return Explained(text, answer, _held(asked_of(node, fields), row[key], moment, called))
        case Named(means=means):
            return Explained(text, answer, parts=(_node(means, row, moment, called, fields),))
        case Some():
            return _rows(node, text, answer, row[node.rows], moment, called)
    return Explained(text, answer, parts=tuple(_node(part, row, moment, called, fields) for part in below(node)))


def _rows(node: Some, text: str, answer: bool, rows: list[Any], moment: Moment, called: Names) -> Explained:
    if node.where is None:
        return Explained(text, answer, str(len(rows)))
    fields, where = SETS[node.rows].fields, node.where
    found = sum(map(node_asker(where, moment, fields), rows))
    parts = tuple(_node(where, row, moment, called, fields) for row in rows[:ROWS_SHOWN])
    return Explained(text, answer, str(phrases.OF) % {"found": found, "all": len(rows)}, parts)


def _held(field: Field, held: Any, moment: Moment, called: Names) -> str:
    """A fact in words; empty where there is none."""
    if field.personal:
        return "" if held in (None, "", frozenset()) else masking.STARS
    if isinstance(held, frozenset):
        return str(phrases.COMMA).join(called_so(field, one, called) for one in sorted(held))
    if held is None or held == "":
        return ""
    if field.key in masking.KEYS:
        return masking.hidden(held) or ""
    if field.key in masking.WORD_KEYS:
        return in_words(held)
    if isinstance(held, dt.datetime):
        return f"{held.astimezone(moment.zone):%Y-%m-%d %H:%M}"
    return called_so(field, held.days if isinstance(held, dt.timedelta) else held, called)


def _ids_held(condition: Condition, facts: Facts) -> Iterator[tuple[str, int]]:
    """The rows that the facts name in single references; of memberships only those asked for are among them."""
    for rows, asked in of_node(condition.root):
        if asked and (field := naming.field_of(rows, asked)).kind.key == "reference":
            for row in [facts] if rows == CUSTOMER else facts[rows]:
                if row[field.key] is not None:
                    yield field.of, row[field.key]
