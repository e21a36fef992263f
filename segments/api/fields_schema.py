"""What the OpenAPI document says of the dictionary of fields."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import errors, many, shape

_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}
_NAMES = {"nameZh": _TEXT, "nameEn": _TEXT}


def _listed(**columns: Any) -> dict[str, Any]:
    return many(shape(**columns))


_FIELDS = _listed(
    key=_TEXT,
    **_NAMES,
    kind=_TEXT,
    ops=_listed(op=_TEXT, takes={"type": "string", "enum": ["one", "many", "pair", "days", "period", "nothing"]}),
    choices=_listed(value={"type": ["integer", "string"]}, **_NAMES),
    valuesUrl={"type": ["string", "null"], "description": "Where the ids are listed that its values are."},
)
_SHAPE = shape(
    version=_NUMBER,
    fields=_FIELDS,
    sets=_listed(key=_TEXT, **_NAMES, fields=_FIELDS),
    bounds=shape(depth=_NUMBER, nodes=_NUMBER, values=_NUMBER, bytes=_NUMBER),
)
_GENDER = {
    "key": "gender",
    "nameZh": "性别",
    "nameEn": "gender",
    "kind": "choice",
    "ops": [{"op": "is", "takes": "one"}, {"op": "isNot", "takes": "one"}],
    "choices": [{"value": 2, "nameZh": "女", "nameEn": "female"}],
    "valuesUrl": None,
}
_AGREED = [{"value": "agreed", "nameZh": "已达成", "nameEn": "agreed"}]
_OUTCOME = _GENDER | {"key": "outcome", "nameZh": "跟进结果", "nameEn": "outcome", "choices": _AGREED}
_EXAMPLE = {
    "version": 1,
    "fields": [_GENDER],
    "sets": [{"key": "followUp", "nameZh": "跟进记录", "nameEn": "follow-up", "fields": [_OUTCOME]}],
    "bounds": {"depth": 8, "nodes": 200, "values": 500, "bytes": 65_536},
}
LIST: dict[str, Any] = {
    "operation_id": "listConditionFields",
    "tags": ["segments"],
    "summary": "What conditions can ask: fields, sets, questions and choices",
    "responses": {
        200: OpenApiResponse(_SHAPE, examples=[OpenApiExample("fields", _EXAMPLE, response_only=True)]),
        **errors(400),
    },
}
