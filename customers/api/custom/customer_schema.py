"""What the OpenAPI document says of the values of custom fields."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from core.openapi import IF_MATCH, KEYED, errors, many, shape, shown
from customers.api.custom.schema import TAGS, WRITE_ERRORS
from customers.api.custom.serializers import BulkValuesSerializer, ValuesSerializer
from customers.choices import Source
from customers.custom.history import PAGE
from customers.custom.kinds import BY_WIRE

_ID: dict[str, Any] = {"type": "integer"}
_MAYBE: dict[str, Any] = {"type": ["integer", "null"]}
_TEXT: dict[str, Any] = {"type": "string"}
_TIME: dict[str, Any] = {"type": "string", "format": "date-time"}
VALUE: dict[str, Any] = {
    "type": ["string", "number", "boolean", "array"],
    "items": {"type": ["integer", "object"]},
    "description": "By the field's kind: a text, a number, a day, a time, true or false, ids of options, of files id,"
    " name and size (to be sent: the ids of those that stay). Of a personal"
    " field, for who sees numbers starred out, a text with stars whatever the kind: 440****1234, ****.",
}
VALUES: dict[str, Any] = {
    "type": "object",
    "additionalProperties": VALUE,
    "description": "Key → value of the custom fields in use; what is empty is not there.",
}
_HOW = {
    "actor": {"type": "string", "description": "user:7, api:3 or system"},
    "source": {"type": "string", "enum": Source.values},
    "runId": _MAYBE,
}
_HELD = shape(
    key=_TEXT,
    name=_TEXT,
    kind={"type": "string", "enum": list(BY_WIRE)},
    value=VALUE,
    text={"type": "string", "description": "The value as people read it; starred out as the value is."},
    state={
        "type": "string",
        "enum": ["current", "otherKind", "retired"],
        "description": "otherKind: the field has become one of another kind, and this can't be said in it."
        " retired: the field is not in use any more.",
    },
    updateTime=_TIME,
    **_HOW,
)
_ACT = {"actor": "user:7", "source": "operator", "runId": None}
_ANSWER = shown(
    shape(list=many(_HELD)),
    {
        "list": [
            {"key": "level", "name": "客户等级", "kind": "choice", "value": 5, "text": "重点", "state": "current"}
            | {"updateTime": "2026-10-01T02:30:00Z"}
            | _ACT
        ]
    },
)
_CHANGES = shown(
    shape(
        list=many(shape(id=_ID, key=_TEXT, employeeId=_MAYBE, before=_TEXT, after=_TEXT, at=_TIME, **_HOW)),
        nextBefore=_MAYBE,
    ),
    {
        "list": [
            {"id": 9, "key": "level", "employeeId": None, "before": "", "after": "重点", "at": "2026-10-01T02:30:00Z"}
            | _ACT
        ],
        "nextBefore": None,
    },
)
_RESULT: dict[str, Any] = {
    "type": "object",
    "required": ["customerId", "status"],
    "properties": {
        "customerId": _ID,
        "status": {"type": "string", "enum": ["changed", "unchanged", "failed"]},
        "code": _TEXT,
        "message": _TEXT,
    },
}
_NONE = {"list": [], "total": 0, "changed": 0, "unchanged": 0, "failed": 0}
_RESULTS = shape(list=many(_RESULT), total=_ID, changed=_ID, unchanged=_ID, failed=_ID)
_SENT = {"customFields": {"level": 5, "birthday": "1990-05-01", "hobbies": None}}
_BODY = OpenApiExample("request", _SENT, request_only=True)

READ: dict[str, Any] = {
    "operation_id": "customers_custom_fields_read",
    "tags": TAGS,
    "summary": "Read all that custom fields hold of a customer, and where it came from",
    "responses": {200: _ANSWER, **errors(400, 404)},
}
SET: dict[str, Any] = {
    "operation_id": "customers_custom_fields_set",
    "tags": TAGS,
    "summary": "Put values into a customer's custom fields",
    "description": "Null empties one, what is left out stays; all of it or nothing. Records customer.field.changed"
    " where something differs. What comes back with the stars that were shown stays; other stars are number_masked.",
    "request": ValuesSerializer,
    "parameters": [IF_MATCH],
    "responses": {200: _ANSWER, **WRITE_ERRORS},
    "examples": [_BODY],
}
READ_FOLLOW = READ | {
    "operation_id": "customers_follows_custom_fields_read",
    "summary": "Read all that custom fields hold of one employee's relation with a customer",
}
SET_FOLLOW = SET | {
    "operation_id": "customers_follows_custom_fields_set",
    "summary": "Put values into the custom fields of one employee's relation with a customer",
}
HISTORY: dict[str, Any] = {
    "operation_id": "customers_custom_fields_history",
    "tags": TAGS,
    "summary": "List what became of a customer's custom fields, the latest first",
    "description": f"At most {PAGE} changes; nextBefore leads to those before. Values are told in words, as options"
    " were called then; those of personal fields as **** to who sees numbers starred out.",
    "parameters": [
        OpenApiParameter("key", str, description="Of one field only."),
        OpenApiParameter("before", {"type": "integer", "minimum": 1}, description="nextBefore of the last answer."),
    ],
    "responses": {200: _CHANGES, **errors(400, 404)},
}
BULK: dict[str, Any] = {
    "operation_id": "customers_bulk_custom_fields",
    "tags": TAGS,
    "summary": "Put the same values into the custom fields of up to 100 customers",
    "description": "Each customer for itself: the answer has a result for each, and one refusal spoils no other.",
    "request": BulkValuesSerializer,
    "parameters": [KEYED],
    "responses": {
        200: shown(_RESULTS, _NONE),
        **errors(400, 409, 413, 415, 422),
    },
    "examples": [OpenApiExample("request", {"customerIds": [1, 2]} | _SENT, request_only=True)],
}
