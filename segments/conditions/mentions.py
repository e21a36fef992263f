"""What a condition speaks of: which facts it needs, and which changes can alter its answer."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from customers.choices import CustomerStatus
from segments.conditions.nodes import All, AnyOf, Asked, Condition, Named, Node, Own, Some, below
from segments.conditions.universe import BLACKLISTED

# Where the customer is asked and not a set of theirs.
CUSTOMER = ""
# Who is asked at all depends on these.
_ALWAYS = All((Asked("status", "is", CustomerStatus.DELETED), Asked(BLACKLISTED, "is", False)))


class Mention(NamedTuple):
    """A question, and of which set: a key of ``fields.SETS``, or ``CUSTOMER``. A set may be asked without one."""

    rows: str
    asked: Asked | None


def of_node(node: Node | None, rows: str = CUSTOMER) -> Iterator[Mention]:
    """All that a tree mentions."""
    match node:
        case None:
            return
        case Named(means=means):
            yield from of_node(means, rows)
        case Asked():
            yield Mention(rows, node)
        case Some(rows=key):
            rows = key
            yield Mention(rows, None)
    for part in below(node):
        yield from of_node(part, rows)


def owned(conditions: Iterable[Condition]) -> dict[str, dict[str, Own]]:
    """Set → field → the custom field that it is: of those in ``needs`` that are no columns."""
    found: dict[str, dict[str, Own]] = {}
    for condition in conditions:
        for rows, asked in of_node(condition.root):
            if asked and asked.own:
                found.setdefault(rows, {})[asked.field] = asked.own
    return found


def needs(conditions: Iterable[Condition]) -> dict[str, dict[str, set[int]]]:
    """Set → field → the ids it is asked for (of a field that has no ids: none): the facts that answer all of them."""
    found: dict[str, dict[str, set[int]]] = {}
    for root in (_ALWAYS, *(condition.root for condition in conditions)):
        for rows, asked in of_node(root):
            fields = found.setdefault(rows, {})
            if asked:
                ids = fields.setdefault(asked.field, set())
                ids.update(asked.value if isinstance(asked.value, tuple) else ())
    return found


def values_of(field: str, rows: str, conditions: Iterable[Condition]) -> set[Any] | None:
    """Of a set's field the values beside which no row of it counts for any of the conditions; None where any may."""
    found: set[Any] = set()
    for condition in conditions:
        for some in _counted(condition.root):
            if some.rows == rows:
                values = _values(some.where, field)
                if values is None:
                    return None
                found |= values
    return found


def _counted(node: Node | None) -> Iterator[Some]:
    match node:
        case None:
            return
        case Named(means=means):
            yield from _counted(means)
        case Some():
            yield node
    for part in below(node):
        yield from _counted(part)


def _values(node: Node | None, field: str) -> set[Any] | None:
    match node:
        case Asked(key, "is", value) if key == field:
            return {value}
        case Asked(key, "in", values) if key == field:
            return set(values)
        case All(parts):
            known = [values for part in parts if (values := _values(part, field)) is not None]
            return set.intersection(*known) if known else None
        case AnyOf(parts):
            each = [_values(part, field) for part in parts]
            return None if None in each else set().union(*(values for values in each if values is not None))
    return None
