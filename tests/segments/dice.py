"""Conditions by plain dice: for walks through many of them, each unlike the last, where none has to be made smaller."""

import random
from typing import Any

from segments.fields import FIELDS, SETS
from segments.fields.field import Field, Fields
from segments.fields.ops import NEGATIVE
from tests.segments.scene import TEXTS, Scene

Json = dict[str, Any]
DAYS = ["2025-12-31", "2026-01-01", "2026-03-24", "2026-03-25", "2026-03-31", "2026-04-01", "2026-04-02", "2026-12-31"]
_NEGATIVE_OF = {positive: negative for negative, positive in NEGATIVE.items()}


def document(dice: random.Random, scene: Scene) -> Json:
    return {"version": 1, "where": node(dice, scene, depth=3)}


def node(dice: random.Random, scene: Scene, depth: int) -> Json:
    """A tree that asks customers."""
    if not depth or dice.random() < 0.25:
        return some(dice, scene) if dice.random() < 0.2 else question(dice, scene, FIELDS)
    if dice.random() < 0.25:
        return {"not": node(dice, scene, depth - 1)}
    return {dice.choice(["all", "any"]): [node(dice, scene, depth - 1) for _ in range(dice.randint(1, 3))]}


def some(dice: random.Random, scene: Scene) -> Json:
    key = dice.choice(sorted(SETS))
    found: Json = {"some": key}
    if dice.random() < 0.7:
        asked = [question(dice, scene, SETS[key].fields) for _ in range(dice.randint(1, 2))]
        found["where"] = asked[0] if len(asked) == 1 else {"all": asked}
    if dice.random() < 0.3:
        found["count"] = {"op": dice.choice(["atMost", "exactly"]), "value": dice.randint(0, 2)}
    return found


def question(dice: random.Random, scene: Scene, fields: Fields) -> Json:
    field = fields[dice.choice(sorted(fields))]
    op = field.kind.ops[dice.choice(sorted(field.kind.ops))]
    asked = {"field": field.key, "op": dice.choice([op.key, _NEGATIVE_OF.get(op.key, op.key)])}
    return asked if op.takes == "nothing" else asked | {"value": _value(dice, op.takes, field, scene)}


def _value(dice: random.Random, takes: str, field: Field, scene: Scene) -> Any:
    match takes:
        case "days":
            return {"days": dice.choice([1, 2, 7, 8, 90, 36_500])}
        case "period":
            return dice.choice(["week", "month", "quarter", "year"])
        case "many":
            return [_one(dice, field, scene) for _ in range(dice.randint(1, 3))]
        case "pair":
            return sorted(_one(dice, field, scene) for _ in range(2))
    return _one(dice, field, scene)


def _one(dice: random.Random, field: Field, scene: Scene) -> Any:
    if field.of:
        return dice.choice(scene.ids_of(field.of))
    if field.choices:
        return dice.choice([*(value for value, _label in field.options()), *([99] if field.open else [])])
    pools: dict[str, list[Any]] = {
        "text": [*filter(None, TEXTS), "abc ", "wm1", "oa", "13800138000", "展会", "城1"],
        "time": DAYS,
        "flag": [True, False],
        "number": [-1, 0, 1, 2, 7, 30, 90],
        "days": [0, 1, 6, 7, 89, 90],
    }
    return dice.choice(pools[field.kind.key])
