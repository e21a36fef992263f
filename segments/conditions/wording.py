"""A condition as a sentence, in the language now active."""

from dataclasses import replace
from typing import Any

from segments.conditions import phrases
from segments.conditions.naming import Names, names
from segments.conditions.nodes import All, AnyOf, Asked, Condition, Named, Node, Not
from segments.fields import FIELDS, SETS
from segments.fields.custom import asked_of
from segments.fields.field import Field, Fields
from segments.fields.ops import NEGATIVE

_LAST = {"all": phrases.EACH, "none": phrases.NEITHER, "notIn": phrases.NEITHER}
_NEGATIVE = {positive: negative for negative, positive in NEGATIVE.items()}


def sentence(condition: Condition) -> str:
    """The whole condition: "city is “北京” and added in the last 90 days"."""
    if condition.root is None:
        return str(phrases.EVERYBODY)
    return said(condition.root, names(condition))


def said(node: Node, called: Names, fields: Fields = FIELDS) -> str:
    """One node, and all below it."""
    match node:
        case All(parts):
            return str(phrases.AND).join(_within(part, called, fields) for part in parts)
        case AnyOf(parts):
            return str(phrases.OR).join(_within(part, called, fields) for part in parts)
        case Not(Named(asked)):
            return said(Not(asked), called, fields)
        case Not(Asked(op=op) as asked) if op in _NEGATIVE:
            return said(replace(asked, op=_NEGATIVE[op]), called, fields)
        case Not(part):
            return str(phrases.NOT) % {"part": said(part, called, fields)}
        case Named(asked):
            return said(asked, called, fields)
        case Asked(_key, op, value):
            return _asked(asked_of(node, fields), op, value, called)
    where = said(node.where, called, SETS[node.rows].fields) if node.where else ""
    return phrases.rows(SETS[node.rows].label, node.count, where)


def _within(part: Node, called: Names, fields: Fields) -> str:
    """In brackets where it is of several parts itself."""
    text = said(part, called, fields)
    several = isinstance(part, All | AnyOf) and len(part.parts) > 1
    return str(phrases.GROUPED) % {"part": text} if several else text


def _asked(field: Field, op: str, value: Any, called: Names) -> str:
    takes = field.kind.ops[NEGATIVE.get(op, op)].takes
    if takes == "days":
        return phrases.days(op, field.label, value)
    if takes == "period":
        return phrases.period(value, field.label)
    some = value if isinstance(value, tuple) else () if value is None else (value,)
    words = [called_so(field, one, called) for one in some]
    if field.kind.key == "flag":
        return str(phrases.FLAG) % {"field": field.label, "value": words[0]}
    ends = {"first": words[0], "last": words[-1]} if words else {}
    return phrases.question(op, field.label, {"value": _listed(words, _LAST.get(op, phrases.EITHER)), **ends})


def called_so(field: Field, value: Any, called: Names) -> str:
    """What people call one value of a field."""
    if field.of:
        return str(phrases.QUOTED) % {"text": called.get(field.of, {}).get(value, f"#{value}")}
    if field.kind.key == "text":
        return str(phrases.QUOTED) % {"text": value}
    if field.kind.key == "flag":
        return str(phrases.YES if value else phrases.NO)
    return str(dict(field.options()).get(value, field.kind.write(value)))


def _listed(words: list[str], last: Any) -> str:
    """``a, b or c``."""
    *others, end = words or [""]
    return str(last).join(part for part in (str(phrases.COMMA).join(others), end) if part)
