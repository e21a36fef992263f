"""What a form of custom fields needs of a customer: the values, and the options of the fields, by two statements."""

from collections.abc import Iterable, Sequence
from typing import Any

from core.gathering import gathered
from customers.models import CustomChosen, CustomField, CustomOption, CustomValue

_OPTION = ("pk", "field_id", "label", "order", "active")


def kept(customer_id: int, fields: Sequence[CustomField], relation_id: int | None = None) -> dict[int, CustomValue]:
    """Field → the customer's own value, or that of a relation of theirs. Fields and values have at hand what
    ``options_of`` and ``held`` ask for."""
    ids = [field.pk for field in fields]
    own = CustomValue.objects.filter(customer_id=customer_id, relation_key=relation_id or 0)
    rows = {row.field_id: row for row in own.filter(field_id__in=ids)}
    options = CustomOption.objects.filter(field_id__in=ids)
    chosen = CustomChosen.objects.filter(value_id__in=[row.pk for row in rows.values()])
    found = gathered({"options": options.values_list(*_OPTION), "chosen": chosen.values_list("value_id", "option_id")})
    offered = sorted((CustomOption(**dict(zip(_OPTION, row, strict=True))) for row in found["options"]), key=_place)
    _at_hand(fields, "options", offered)
    _at_hand(rows.values(), "chosen", (CustomChosen(value_id=value, option_id=o) for value, o in found["chosen"]))
    return rows


def _place(option: CustomOption) -> tuple[int, int]:
    return option.order, option.pk


def _at_hand(parents: Iterable[Any], name: str, children: Iterable[Any]) -> None:
    """As ``prefetch_related`` leaves them, which would ask for each kind by a statement of its own."""
    lists: dict[int, list[Any]] = {parent.pk: [] for parent in parents}
    for child in children:
        lists[child.field_id if name == "options" else child.value_id].append(child)
    for parent in parents:
        parent._prefetched_objects_cache = {name: lists[parent.pk]}
