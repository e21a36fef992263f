"""What the OpenAPI document says of the history of values."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from core.openapi import errors, many, shape, shown
from customers.choices import Source
from customers.history.fields import NAMES
from customers.history.reading import PAGE

_ID: dict[str, Any] = {"type": "integer"}
_MAYBE: dict[str, Any] = {"type": ["integer", "null"]}
_TEXT: dict[str, Any] = {"type": "string"}
_TIME: dict[str, Any] = {"type": "string", "format": "date-time"}
_WHOLE: dict[str, Any] = {"type": "integer", "minimum": 1}
_VALUE: dict[str, Any] = {
    "type": ["string", "number", "array", "object", "null"],
    "items": {},
    "description": "As the detail has it; null for none. Numbers starred out as in the detail.",
}
_SOURCES: list[Any] = [*Source.values]
_RUN = _MAYBE | {"description": "By the source: a full sync, a run of a rule, the receipt of a callback."}
_CHANGE = shape(
    id=_ID,
    customerId=_ID | {"description": "The record: the customer's own, or one merged into it."},
    employeeId=_MAYBE | {"description": "Whose note it is; null for a fact of the customer."},
    employeeName=_TEXT,
    field={"type": "string", "enum": list(NAMES)},
    before=_VALUE,
    beforeName=_TEXT | {"description": "The employee's, of followUserId; else empty."},
    after=_VALUE,
    afterName=_TEXT,
    at=_TIME,
    source={"type": "string", "enum": _SOURCES},
    actor={"type": "string", "description": "user:7, api:3 or system"},
    actorName=_TEXT,
    runId=_RUN,
)
_RECORD = shape(
    customerId=_ID,
    createTime=_TIME,
    whole={
        "type": "boolean",
        "description": "Whether all changes since the creation are on record. false: it was made before there was"
        " this history, or older changes were let go after their days.",
    },
    source={"type": ["string", "null"], "enum": [*_SOURCES, None]},
    actor={"type": ["string", "null"]},
    actorName=_TEXT,
    runId=_MAYBE,
)
_EXAMPLE = {
    "list": [
        {
            "id": 31,
            "customerId": 1,
            "employeeId": 7,
            "employeeName": "王小明",
            "field": "remark",
            "before": "张总",
            "beforeName": "",
            "after": "张总（华东）",
            "afterName": "",
            "at": "2026-10-01T02:30:00Z",
            "source": "callback",
            "actor": "system",
            "actorName": "",
            "runId": 12,
        }
    ],
    "nextBefore": None,
    "records": [
        {
            "customerId": 1,
            "createTime": "2026-09-01T02:30:00Z",
            "whole": True,
            "source": "sync",
            "actor": "system",
            "actorName": "",
            "runId": 4,
        }
    ],
}

HISTORY: dict[str, Any] = {
    "operation_id": "customers_history",
    "tags": ["customers"],
    "summary": "List what became of a customer's facts and of the notes about them, the latest first",
    "description": f"At most {PAGE} changes; nextBefore leads to those before. Those of records merged into the"
    " customer are among them. A creation is no change: records tells how each was made. Custom fields have a history"
    " of their own (custom-fields/history).",
    "parameters": [
        OpenApiParameter("field", {"type": "string", "enum": list(NAMES)}, description="Of one field only."),
        OpenApiParameter("employeeId", _WHOLE, description="Of one employee's notes only."),
        OpenApiParameter("before", _WHOLE, description="nextBefore of the last answer."),
    ],
    "responses": {200: shown(shape(list=many(_CHANGE), nextBefore=_MAYBE, records=many(_RECORD)), _EXAMPLE)}
    | errors(400, 404),
}
