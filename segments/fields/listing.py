"""What can be asked, told to programs that build conditions: names in two languages, questions, where values are."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import translation

from segments.conditions import bounds
from segments.fields import FIELDS, SETS, Field
from segments.fields.custom import Owned
from segments.fields.field import Fields
from segments.fields.ops import NEGATIVE

_LANGUAGES = {"nameZh": "zh-hans", "nameEn": "en"}
# The model that values are ids of → the name of the list in which they are found.
LISTS = {
    "corps.Employee": "employee-list",
    "corps.Department": "department-list",
    "tags.Tag": "tag-list",
    "tags.TagGroup": "tag-group-list",
    "customers.Channel": "channel-list",
    "customers.Stage": "stage-list",
    "groups.GroupChat": "group-list",
    "groups.GroupTag": "chat-tag-list",
    "segments.Segment": "segment-list",
}


def listing(corp_id: int | None = None) -> dict[str, Any]:
    """All fields and sets, in the order in which people are shown them, and how large a condition may be.

    Args:
        corp_id: with the custom fields of this company, each behind the others of its set.
    """
    own = Owned(corp_id or 0)

    def fields(table: Fields) -> list[dict[str, Any]]:
        return _fields([*table.values(), *(own.offered(table) if corp_id else ())])

    sets = [{"key": key, **_names(rows.label), "fields": fields(rows.fields)} for key, rows in SETS.items()]
    return {
        "version": 1,
        "fields": fields(FIELDS),
        "sets": sets,
        "bounds": {"depth": bounds.DEPTH, "nodes": bounds.NODES, "values": bounds.VALUES, "bytes": bounds.BYTES},
    }


def _fields(fields: Iterable[Field]) -> list[dict[str, Any]]:
    return [
        {
            "key": field.key,
            **_names(field.label),
            "kind": field.kind.key,
            "ops": _ops(field),
            "choices": [{"value": value, **_names(label)} for value, label in field.options()],
            "valuesUrl": reverse(LISTS[field.of]) if field.of else None,
        }
        for field in fields
    ]


def _ops(field: Field) -> list[dict[str, str]]:
    """The questions, each positive one before its opposite."""
    found = []
    for key, op in field.kind.ops.items():
        found += [{"op": name, "takes": op.takes} for name in (key, *(n for n, p in NEGATIVE.items() if p == key))]
    return found


def _names(label: Any) -> dict[str, str]:
    names = {}
    for name, language in _LANGUAGES.items():
        with translation.override(language):
            names[name] = str(label)
    return names
