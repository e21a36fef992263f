"""What the ids in conditions and facts are called, read once for a whole sentence."""

from collections import defaultdict
from collections.abc import Iterable

from django.apps import apps

from segments.conditions import phrases
from segments.conditions.mentions import CUSTOMER, of_node
from segments.conditions.nodes import Asked, Condition, Named, walk
from segments.fields import FIELDS, SETS
from segments.fields.custom import asked_of
from segments.fields.field import Field

# Model → id → name.
Names = dict[str, dict[int, str]]


def field_of(rows: str, asked: Asked) -> Field:
    """What a question asks of the customer, or of a set."""
    return asked_of(asked, FIELDS if rows == CUSTOMER else SETS[rows].fields)


def names(condition: Condition, more: Iterable[tuple[str, int]] = ()) -> Names:
    """The names of all rows that a condition speaks of, and of some more. One statement for each model."""
    ids: dict[str, set[int]] = defaultdict(set)
    for model, pk in more:
        ids[model].add(pk)
    for rows, asked in of_node(condition.root):
        if asked and asked.value is not None and (model := field_of(rows, asked).of):
            ids[model] |= set(asked.value) if isinstance(asked.value, tuple) else {asked.value}
    for node in walk(condition.root):
        if isinstance(node, Named):
            ids[FIELDS[node.asked.field].of] |= set(node.asked.value)
    return {model: _read(model, condition.corp_id, some) for model, some in ids.items()}


def _read(model: str, corp_id: int, ids: set[int]) -> dict[int, str]:
    rows = apps.get_model(model)._default_manager.filter(corp_id=corp_id, pk__in=ids)
    return {row.pk: _name(row) for row in rows}


def _name(row: object) -> str:
    return str(phrases.GONE) % {"name": row} if getattr(row, "deleted_at", None) else str(row)
