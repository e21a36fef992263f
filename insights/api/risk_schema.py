"""What the OpenAPI document says of warnings."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import KEYED, errors
from insights.api.loss_schema import CURSOR, TAGS, paged
from insights.api.serializers import HandleSerializer, MuteSerializer
from insights.choices import Kind, Level, Outcome, State

_ID = {"type": "integer"}
_MAYBE_ID = {"type": ["integer", "null"]}
_TIME = {"type": "string", "format": "date-time"}
_MAYBE = {"type": ["string", "null"], "format": "date-time"}
_RISK: dict[str, Any] = {
    "id": _ID,
    "kind": {"type": "string", "enum": Kind.values},
    "level": {"type": "integer", "enum": Level.values, "description": "1 notice, 2 warning, 3 serious"},
    "state": {
        "type": "string",
        "enum": State.values,
        "description": "open and acknowledged wait; handled by somebody, passed by itself",
    },
    "customerId": _MAYBE_ID,
    "customerName": {"type": ["string", "null"]},
    "employeeId": _MAYBE_ID,
    "employeeName": {"type": ["string", "null"]},
    "facts": {
        "type": "object",
        "description": "days (kept, or without contact), deleted (in a day), usual (in the days before), reason (of a"
        " failed transfer)",
    },
    "openedAt": _TIME,
    "closedAt": _MAYBE,
    "acknowledgedAt": _MAYBE,
    "acknowledgedBy": {"type": "string"},
    "handledBy": {"type": "string"},
    "outcome": {"type": "string", "enum": ["", *Outcome.values]},
    "note": {"type": "string"},
    "mutedUntil": _MAYBE,
    "version": _ID,
}
_EXAMPLE = {
    "id": 9,
    "kind": "customer_deleted",
    "level": 3,
    "state": "open",
    "customerId": 1,
    "customerName": "张三",
    "employeeId": 7,
    "employeeName": "王小明",
    "facts": {"days": 30},
    "openedAt": "2026-10-01T02:30:00Z",
    "closedAt": None,
    "acknowledgedAt": None,
    "acknowledgedBy": "",
    "handledBy": "",
    "outcome": "",
    "note": "",
    "mutedUntil": None,
    "version": 1,
}
_ONE = OpenApiResponse(
    {"type": "object", "required": list(_RISK), "properties": _RISK},
    examples=[OpenApiExample("warning", _EXAMPLE, response_only=True)],
)


def _act(name: str, summary: str, request: Any, example: dict[str, Any] | None, *more: int) -> dict[str, Any]:
    shown = [OpenApiExample("request", example, request_only=True)] if example else []
    return {
        "operation_id": f"risks_{name}",
        "tags": TAGS,
        "summary": summary,
        "request": request,
        "parameters": [KEYED],
        "responses": {200: _ONE, **errors(400, 404, 409, 422, *more)},
        "examples": shown,
    }


LIST: dict[str, Any] = {
    "operation_id": "risks_list",
    "tags": TAGS,
    "summary": "List warnings, the newest first",
    "description": "Staff see their own, managers those of their people, services and administrators the company's.",
    "parameters": [CURSOR],
    "responses": {200: paged(_RISK, _EXAMPLE), **errors(400)},
}
DETAIL: dict[str, Any] = {
    "operation_id": "risks_read",
    "tags": TAGS,
    "summary": "Read a warning",
    "responses": {200: _ONE, **errors(400, 404)},
}
ACKNOWLEDGE = _act("acknowledge", "Note that somebody has seen a warning", None, None)
HANDLE = _act(
    "handle",
    "Close a warning with what came of it",
    HandleSerializer,
    {"outcome": "won_back", "note": "已重新添加"},
    413,
    415,
)
MUTE = _act(
    "mute",
    "Have a warning, and its like about the same, be quiet for a while",
    MuteSerializer,
    {"until": "2027-01-01T00:00:00Z"},
    413,
    415,
)
