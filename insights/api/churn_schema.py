"""What the OpenAPI document says of churn scores."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import errors, listed
from insights.api.loss_schema import TAGS
from insights.choices import ChurnLevel
from insights.churn.table import CODES

_ID = {"type": "integer"}
_REASON: dict[str, Any] = {
    "code": {"type": "string", "enum": list(CODES)},
    "number": {"type": "integer", "description": "What was counted: days, follow-ups, group chats, …"},
    "points": {"type": "integer", "description": "What it adds to the score; below zero speaks for staying."},
    "text": {"type": "string", "description": "Chinese or English, by Accept-Language"},
}
_SCORE: dict[str, Any] = {
    "customerId": _ID,
    "customerName": {"type": ["string", "null"]},
    "employeeId": _ID,
    "employeeName": {"type": "string"},
    "score": {"type": "integer", "minimum": 0, "maximum": 100},
    "level": {"type": "string", "enum": ChurnLevel.values},
    "reasons": {
        "type": "array",
        "maxItems": 3,
        "items": {"type": "object", "required": list(_REASON), "properties": _REASON},
        "description": "The three that weigh most.",
    },
    "asOf": {"type": "string", "format": "date", "description": "The company's day on which it was scored."},
}
REASON_EXAMPLE = {"code": "silent", "number": 95, "points": 30, "text": "95 天没有联系"}
_EXAMPLE = {
    "customerId": 1,
    "customerName": "张三",
    "employeeId": 7,
    "employeeName": "王小明",
    "score": 80,
    "level": "high",
    "reasons": [
        REASON_EXAMPLE,
        {"code": "left_before", "number": 1, "points": 15, "text": "曾删除我方 1 次"},
        {"code": "contacts", "number": 0, "points": 10, "text": "90 天内联系 0 次"},
    ],
    "asOf": "2026-10-01",
}
_ITEM = {"type": "object", "required": list(_SCORE), "properties": _SCORE}


def _answer(schema: dict[str, Any], **more: Any) -> OpenApiResponse:
    shown = {"list": [_EXAMPLE], **more}
    return OpenApiResponse(schema, examples=[OpenApiExample("answer", shown, response_only=True)])


LIST: dict[str, Any] = {
    "operation_id": "churn_list",
    "tags": TAGS,
    "summary": "List who is likely to leave, the likeliest first",
    "description": "Scored each night. Staff see their own, managers those of their people, the others the company's.",
    "responses": {200: _answer(listed(_ITEM), total=1, totalExact=True, page=1, size=20), **errors(400)},
}
OF_CUSTOMER: dict[str, Any] = {
    "operation_id": "customers_churn",
    "tags": TAGS,
    "summary": "Read how likely a customer's relations are to end",
    "description": "One score for each living relation that the caller may see. Who was added today has one tomorrow.",
    "responses": {
        200: _answer(
            {"type": "object", "required": ["list"], "properties": {"list": {"type": "array", "items": _ITEM}}}
        ),
        **errors(400, 404),
    },
}
