"""The ids in a condition are of rows of the company, also those that have ended: history names them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.apps import apps
from django.utils.translation import gettext as _

from core.errors import FieldError
from corps.models import Corp
from segments.fields import Field


class Place(NamedTuple):
    """A question that was read: where its value stands, and of which field it asks."""

    path: str
    field: Field
    value: Any


def unknown(places: Sequence[Place], corp: Corp) -> list[FieldError]:
    """An error for each value that is no id of a row of the company. One statement for each model."""
    asked: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for path, field, value in places:
        if field.of and value is not None:
            asked[field.of] += _ids(path, value)
    return [error for model, ids in asked.items() for error in _missing(model, ids, corp)]


def _ids(path: str, value: Any) -> list[tuple[str, int]]:
    if isinstance(value, tuple):
        return [(f"{path}[{place}]", pk) for place, pk in enumerate(value)]
    return [(path, value)]


def _missing(model: str, ids: list[tuple[str, int]], corp: Corp) -> list[FieldError]:
    rows = apps.get_model(model)._default_manager.filter(corp_id=corp.pk, pk__in={pk for _path, pk in ids})
    known = set(rows.values_list("pk", flat=True))
    message = _("There is no such row in this company.")
    return [FieldError(path, "condition_invalid", message) for path, pk in ids if pk not in known]
