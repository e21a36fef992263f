"""What the OpenAPI document says of masked numbers, of everything about a person, and of erasing them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from core.openapi import errors, shape, shown
from customers.api.privacy.serializers import FIELD, EraseSerializer, ReasonSerializer, UnmaskSerializer

_TAGS = ["privacy"]
_ID = {"type": "integer"}
_VALUE = {
    "type": ["string", "number", "boolean", "array", "null"],
    "items": {"type": ["string", "integer", "object"]},
    "description": "Of what employees noted: a list. A custom field: by its kind, as the detail has it; of relations a"
    " list of {employeeId, value}.",
}
_ANY: dict[str, Any] = {"type": "object", "additionalProperties": True}
_PERSON = shape(
    customerId=_ID,
    madeAt={"type": "string", "format": "date-time"},
    tables={"type": "object", "additionalProperties": {"type": "array", "items": _ANY}},
    cut={"type": "array", "items": {"type": "string"}, "description": "Tables with more rows than are told."},
)
_PERSON_EXAMPLE = {
    "customerId": 1,
    "madeAt": "2026-10-01T02:30:00Z",
    "tables": {"customer": [{"id": 1, "name": "张三", "mobile": "13800000000"}]},
    "cut": [],
}

UNMASK: dict[str, Any] = {
    "operation_id": "customers_unmask",
    "tags": _TAGS,
    "summary": "Show a number or a personal custom field that is starred out, once",
    "description": "field is mobile, unionid, or what employees noted: remarkMobiles, remark, description,"
    " remarkCorpName; or the place of a personal custom field in the detail: customFields.birthday,"
    " follows.customFields.mood. Kept with the reason, the caller and the address. Records customer.unmasked, without"
    " the value. About sixty within an hour; then 429.",
    "request": UnmaskSerializer,
    "responses": {
        200: shown(
            shape(field={"type": "string", "pattern": FIELD}, value=_VALUE),
            {"field": "mobile", "value": "13800000000"},
        ),
        **errors(400, 404, 413, 415, 422),
    },
    "examples": [OpenApiExample("to call", {"field": "mobile", "reason": "客户要求回电"}, request_only=True)],
}
EXPORT: dict[str, Any] = {
    "operation_id": "customers_person_export",
    "tags": _TAGS,
    "summary": "Everything that is kept about a person",
    "description": "The rows of every table that are theirs, by the marks of its columns, without secrets. It is kept"
    " who took it along, and why.",
    "request": ReasonSerializer,
    "responses": {200: shown(_PERSON, _PERSON_EXAMPLE), **errors(400, 404, 413, 415, 422)},
    "examples": [OpenApiExample("asked for", {"reason": "客户申请查询个人信息"}, request_only=True)],
}
ERASE: dict[str, Any] = {
    "operation_id": "customers_erase",
    "tags": _TAGS,
    "summary": "Erase a person, for good",
    "description": "What is personal is emptied or deleted in every table; a row without it stays, for what counts it."
    " No sync and no callback brings them back. Records customer.erased.",
    "request": EraseSerializer,
    "responses": {204: None, **errors(400, 404, 413, 415, 422)},
    "examples": [
        OpenApiExample(
            "asked for", {"reason": "客户要求删除个人信息", "externalUserid": "wmEAAAAAA1"}, request_only=True
        )
    ],
}
