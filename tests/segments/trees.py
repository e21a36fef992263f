"""Conditions at random, drawn from the tables of fields themselves: a field added there is asked without more ado."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from segments.fields import FIELDS, SETS
from segments.fields.field import Field, Fields
from segments.fields.ops import NEGATIVE
from tests.segments.scene import TEXTS, Scene

Json = dict[str, Any]
_DAYS = ["2025-12-31", "2026-01-01", "2026-03-25", "2026-03-31", "2026-04-01", "2026-04-02", "2026-12-31"]
_POSITIVE = {positive: negative for negative, positive in NEGATIVE.items()}


def documents(scene: Scene) -> st.SearchStrategy[Json]:
    return nodes(scene).map(lambda node: {"version": 1, "where": node})


def nodes(scene: Scene, depth: int = 3) -> st.SearchStrategy[Json]:
    """A tree that asks customers."""
    leaves = st.one_of(questions(FIELDS, scene), questions(FIELDS, scene), some(scene))
    return _nested(leaves, depth)


def _nested(leaves: st.SearchStrategy[Json], depth: int) -> st.SearchStrategy[Json]:
    if not depth:
        return leaves
    part = _nested(leaves, depth - 1)
    parts = st.lists(part, min_size=1, max_size=3)
    return st.one_of(
        leaves,
        parts.map(lambda given: {"all": given}),
        parts.map(lambda given: {"any": given}),
        part.map(lambda given: {"not": given}),
    )


@st.composite
def some(draw: st.DrawFn, scene: Scene) -> Json:
    key = draw(st.sampled_from(sorted(SETS)))
    node: Json = {"some": key}
    if draw(st.booleans()):
        node["where"] = draw(_nested(questions(SETS[key].fields, scene), 2))
    if draw(st.booleans()):
        op = draw(st.sampled_from(["atLeast", "atMost", "exactly"]))
        # "At least one" is what is meant without a count, and is written without it.
        node["count"] = {"op": op, "value": draw(st.integers(2 if op == "atLeast" else 0, 3))}
    return node


def each_question(data: st.DataObject, scene: Scene) -> Iterator[Json]:
    """Documents that ask each question of each field once."""
    for rows, fields in {"": FIELDS, **{key: rows.fields for key, rows in SETS.items()}}.items():
        for field in fields.values():
            for op in field.kind.ops.values():
                asked = {"field": field.key, "op": op.key}
                if op.takes != "nothing":
                    asked["value"] = data.draw(_value(op.takes, field, scene))
                yield {"version": 1, "where": {"some": rows, "where": asked} if rows else asked}


@st.composite
def questions(draw: st.DrawFn, fields: Fields, scene: Scene) -> Json:
    field = fields[draw(st.sampled_from(sorted(fields)))]
    op = field.kind.ops[draw(st.sampled_from(sorted(field.kind.ops)))]
    key = draw(st.sampled_from([op.key, _POSITIVE.get(op.key, op.key)]))
    node = {"field": field.key, "op": key}
    return node if op.takes == "nothing" else node | {"value": draw(_value(op.takes, field, scene))}


def _value(takes: str, field: Field, scene: Scene) -> st.SearchStrategy[Any]:
    one = _one(field, scene)
    match takes:
        case "days":
            return st.sampled_from([1, 2, 7, 8, 90, 36_500]).map(lambda days: {"days": days})
        case "period":
            return st.sampled_from(["week", "month", "quarter", "year"])
        case "many":
            return st.lists(one, min_size=1, max_size=3)
        case "pair":
            return st.tuples(one, one).map(lambda pair: sorted(pair))
    return one


def _one(field: Field, scene: Scene) -> st.SearchStrategy[Any]:
    if field.of:
        return st.sampled_from(scene.ids_of(field.of))
    if field.choices:
        return st.sampled_from([*(value for value, _label in field.options()), *([99] if field.open else [])])
    pools: dict[str, list[Any]] = {
        "text": [*filter(None, TEXTS), "公", "C公", "B", "%", "_", "\\", "b*", "[", ".", "é", "wm1", "oa", "user:7"],
        "time": _DAYS,
        "flag": [True, False],
        "number": [-1, 0, 1, 2, 7, 30, 90],
        "days": [0, 1, 6, 7, 89, 90],
    }
    return st.sampled_from(pools[field.kind.key])
