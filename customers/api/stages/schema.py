"""What the OpenAPI document says of the stages themselves."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import IF_MATCH, KEYED, errors
from customers.api.stages.serializers import StageFactsSerializer, StageSerializer

TAGS = ["stages"]
_SENT = {"name": "意向明确", "order": 2, "outcome": "", "active": True}
_TIMES = {"version": 1, "createTime": "2026-09-01T02:30:00Z", "updateTime": "2026-09-01T02:30:00Z"}
_ONE = OpenApiResponse(
    StageSerializer, examples=[OpenApiExample("stage", {"id": 3} | _SENT | _TIMES, response_only=True)]
)
_BODY = OpenApiExample("request", _SENT, request_only=True)
WRITE_ERRORS = errors(400, 404, 409, 412, 413, 415, 422)

LIST: dict[str, Any] = {
    "operation_id": "stages_list",
    "tags": TAGS,
    "summary": "List the company's stages, in their order, with those that are not in use any more",
    "responses": {200: StageSerializer(many=True), **errors(400)},
}
READ: dict[str, Any] = {
    "operation_id": "stages_read",
    "tags": TAGS,
    "summary": "Read a stage",
    "responses": {200: _ONE, **errors(400, 404)},
}
CREATE: dict[str, Any] = {
    "operation_id": "stages_create",
    "tags": TAGS,
    "summary": "Make a stage",
    "description": "Without an order, behind the others. Records stage.created.",
    "request": StageFactsSerializer,
    "parameters": [KEYED],
    "responses": {201: _ONE, **errors(400, 409, 413, 415, 422)},
    "examples": [_BODY],
}
REPLACE: dict[str, Any] = {
    "operation_id": "stages_replace",
    "tags": TAGS,
    "summary": "Change a stage",
    "description": "What is left out stays. With active false nobody is put into it any more; who is in it stays.",
    "request": StageFactsSerializer,
    "parameters": [IF_MATCH],
    "responses": {200: _ONE, **WRITE_ERRORS},
    "examples": [_BODY],
}
PATCH = REPLACE | {"operation_id": "stages_update", "summary": "Change some of a stage"}
DELETE: dict[str, Any] = {
    "operation_id": "stages_delete",
    "tags": TAGS,
    "summary": "Take a stage away in which nobody ever was",
    "request": None,
    "parameters": [IF_MATCH],
    "responses": {204: None, **WRITE_ERRORS},
}
