"""What the OpenAPI document says of the deletion records."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from core.openapi import FILES, FORMAT, errors, listed_or_read_on

TAGS = ["risk"]
CURSOR = OpenApiParameter(
    "cursor", str, description="Empty to begin, then nextCursor of each answer: any depth at one price. No total."
)
_TIME = {"type": "string", "format": "date-time"}
_ID = {"type": "integer"}
_LOSS: dict[str, Any] = {
    "id": _ID,
    "customerId": _ID,
    "externalUserid": {"type": "string"},
    "customerName": {"type": ["string", "null"]},
    "employeeId": _ID,
    "employeeName": {"type": "string"},
    "beganAt": _TIME,
    "endedAt": _TIME,
    "endedBy": {"type": "string", "enum": ["employee", "customer", "transfer", "unknown"]},
    "noticed": {"type": "boolean", "description": "endedAt is when it was noticed, at the latest."},
    "days": {"type": "integer", "description": "Whole days kept."},
    "addWay": {"type": ["integer", "null"]},
    "state": {"type": "string"},
    "tags": {
        "type": ["array", "null"],
        "items": {
            "type": "object",
            "required": ["id", "name"],
            "properties": {"id": _ID, "name": {"type": "string"}},
        },
        "description": "What the employee had put by then; null where that was not seen.",
    },
    "lastContactAt": {
        "type": ["string", "null"],
        "format": "date-time",
        "description": "The last follow-up of this stay.",
    },
    "stillFriend": {"type": "boolean", "description": "Is another employee's friend today."},
}
_EXAMPLE = {
    "id": 3,
    "customerId": 1,
    "externalUserid": "wmEAAAAAA1",
    "customerName": "张三",
    "employeeId": 7,
    "employeeName": "王小明",
    "beganAt": "2026-09-01T02:30:00Z",
    "endedAt": "2026-10-01T02:30:00Z",
    "endedBy": "customer",
    "noticed": False,
    "days": 30,
    "addWay": 1,
    "state": "expo",
    "tags": [{"id": 12, "name": "重点客户"}],
    "lastContactAt": "2026-09-20T08:00:00Z",
    "stillFriend": True,
}


def paged(properties: dict[str, Any], example: dict[str, Any]) -> OpenApiResponse:
    """The answer of a list that also takes a cursor."""
    page = listed_or_read_on({"type": "object", "required": list(properties), "properties": properties})
    shown = {"list": [example], "total": 1, "totalExact": True, "page": 1, "size": 20}
    return OpenApiResponse(page, examples=[OpenApiExample("answer", shown, response_only=True)])


LIST: dict[str, Any] = {
    "operation_id": "losses_list",
    "tags": TAGS,
    "summary": "List deletion records, the newest first",
    "description": "Every ended stay of a customer with an employee, in both directions and by transfer.",
    "parameters": [CURSOR],
    "responses": {200: paged(_LOSS, _EXAMPLE), **errors(400)},
}
EXPORT: dict[str, Any] = {
    "operation_id": "losses_export",
    "tags": TAGS,
    "summary": "Take deletion records along as a file",
    "description": "The same filters; the newest 100,000 at most. Headings by Accept-Language.",
    "parameters": [FORMAT],
    "responses": {**FILES, **errors(400)},
}
