"""What the OpenAPI document says of the stage of a customer."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import IF_MATCH, KEYED, errors
from customers.api.stages.schema import TAGS, WRITE_ERRORS
from customers.api.stages.serializers import BulkStageSerializer, ChosenStageSerializer
from customers.choices import Source

_ID: dict[str, Any] = {"type": "integer"}
_MAYBE: dict[str, Any] = {"type": ["integer", "null"]}
_STEP: dict[str, Any] = {
    "fromStageId": _MAYBE,
    "toStageId": _MAYBE,
    "at": {"type": "string", "format": "date-time"},
    "actor": {"type": "string", "description": "user:7, api:3 or system"},
    "source": {"type": "string", "enum": Source.values},
    "runId": _MAYBE,
}
_STEPS = {"type": "array", "items": {"type": "object", "required": list(_STEP), "properties": _STEP}}
_PROPERTIES: dict[str, Any] = {"stageId": _MAYBE, "list": _STEPS}
_SHAPE = {"type": "object", "required": list(_PROPERTIES), "properties": _PROPERTIES}
_EXAMPLE = {
    "stageId": 3,
    "list": [
        {
            "fromStageId": None,
            "toStageId": 3,
            "at": "2026-10-01T02:30:00Z",
            "actor": "user:7",
            "source": "operator",
            "runId": None,
        }
    ],
}
_ANSWER = OpenApiResponse(_SHAPE, examples=[OpenApiExample("stage", _EXAMPLE, response_only=True)])
_RESULT: dict[str, Any] = {
    "customerId": _ID,
    "status": {"type": "string", "enum": ["changed", "unchanged", "failed"]},
    "code": {"type": "string"},
    "message": {"type": "string"},
}
_RESULTS = {
    "type": "object",
    "required": ["list", "total", "changed", "unchanged", "failed"],
    "properties": {
        "list": {
            "type": "array",
            "items": {"type": "object", "required": ["customerId", "status"], "properties": _RESULT},
        },
        **dict.fromkeys(("total", "changed", "unchanged", "failed"), _ID),
    },
}

READ: dict[str, Any] = {
    "operation_id": "customers_stage_read",
    "tags": TAGS,
    "summary": "Read a customer's stage, and how they came there",
    "description": "The steps, newest first, at most 200.",
    "responses": {200: _ANSWER, **errors(400, 404)},
}
SET: dict[str, Any] = {
    "operation_id": "customers_stage_set",
    "tags": TAGS,
    "summary": "Put a customer into a stage",
    "description": "Null puts them out of all. Records customer.stage.changed; twice is once.",
    "request": ChosenStageSerializer,
    "parameters": [IF_MATCH],
    "responses": {200: _ANSWER, **WRITE_ERRORS},
    "examples": [OpenApiExample("request", {"stageId": 3}, request_only=True)],
}
BULK: dict[str, Any] = {
    "operation_id": "customers_bulk_stage",
    "tags": TAGS,
    "summary": "Put up to 100 customers into a stage",
    "description": "Each customer for itself: the answer has a result for each, and one refusal spoils no other.",
    "request": BulkStageSerializer,
    "parameters": [KEYED],
    "responses": {200: _RESULTS, **errors(400, 409, 413, 415, 422)},
    "examples": [OpenApiExample("request", {"customerIds": [1, 2], "stageId": 3}, request_only=True)],
}
