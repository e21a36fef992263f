"""What the rows are called that the filters of a list name: all of them by one statement."""

from collections.abc import Iterable
from typing import Any

from django.db.models import IntegerField, Value

from customers.console.listing.picked import Picked

Called = dict[tuple[Any, int], str]


def of(specs: Iterable[Any]) -> Called:
    """(model, id) → its name, of all that are picked."""
    picked = [spec for spec in specs if isinstance(spec, Picked) and spec.ids]
    models = [spec.field.remote_field.model for spec in picked]
    parts = [
        spec.rows().order_by().annotate(which=Value(place, IntegerField())).values_list("which", "pk", "name")
        for place, spec in enumerate(picked)
    ]
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return {(models[place], pk): name for place, pk, name in rows}
