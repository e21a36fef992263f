"""From the tree to JSON: what ``parsing`` reads back to the same tree."""

from typing import Any

from segments.conditions.nodes import All, AnyOf, Asked, Condition, Named, Node, Not, Some
from segments.fields import FIELDS, SETS
from segments.fields.custom import asked_of
from segments.fields.field import Fields
from segments.fields.ops import NEGATIVE
from segments.fields.shapes import SHAPES


def document(condition: Condition) -> dict[str, Any]:
    """The condition as it goes over the wire and into rows."""
    return {"version": condition.version, "where": condition.root and node(condition.root)}


def node(part: Node, fields: Fields = FIELDS) -> dict[str, Any]:
    match part:
        case All(parts):
            return {"all": [node(part, fields) for part in parts]}
        case AnyOf(parts):
            return {"any": [node(part, fields) for part in parts]}
        case Not(part):
            return {"not": node(part, fields)}
        case Named(asked):
            return node(asked, fields)
        case Asked(key, op, value):
            field = asked_of(part, fields)
            takes = field.kind.ops[NEGATIVE.get(op, op)].takes
            given = {} if takes == "nothing" else {"value": SHAPES[takes].write(field, value)}
            return {"field": key, "op": op, **given}
    return _some(part)


def _some(part: Some) -> dict[str, Any]:
    where = {"where": node(part.where, SETS[part.rows].fields)} if part.where else {}
    how, times = part.count
    # What is meant without saying so is not said.
    count = {} if part.count == ("atLeast", 1) else {"count": {"op": how, "value": times}}
    return {"some": part.rows, **where, **count}
