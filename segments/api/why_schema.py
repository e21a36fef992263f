"""What the OpenAPI document says of "why"."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import errors, many, shape
from segments.api.schema import about

_FLAG, _TEXT, _ID = {"type": "boolean"}, {"type": "string"}, {"type": "integer"}
_TIME, _MAYBE = {"type": "string", "format": "date-time"}, {"type": ["string", "null"]}


def _node(parts: dict[str, Any]) -> dict[str, Any]:
    return shape(sentence=_TEXT, holds=_FLAG, held=_TEXT, parts=many(parts))


# Parts have parts: as deep as the condition is.
EXPLAINED = {
    "oneOf": [_node(_node({"type": "object", "additionalProperties": True})), {"type": "null"}],
}
OUTSIDE = {"type": "string", "enum": ["", "deleted", "blacklisted"]}
_ANSWER = shape(
    segmentId=_ID,
    customerId=_ID,
    member=_FLAG,
    enteredAt=_MAYBE,
    cause=_TEXT,
    holds=_FLAG,
    outside=OUTSIDE,
    explained=EXPLAINED,
    asOf=_TIME,
)
_LEAF = {"sentence": "城市是“北京”", "holds": False, "held": "“上海”", "parts": []}
EXPLAINED_EXAMPLE = {"sentence": "城市是“北京”", "holds": False, "held": "", "parts": [_LEAF]}
_EXAMPLE = {
    "segmentId": 4,
    "customerId": 1,
    "member": False,
    "enteredAt": None,
    "cause": "",
    "holds": False,
    "outside": "",
    "explained": EXPLAINED_EXAMPLE,
    "asOf": "2026-11-30T02:30:00Z",
}

WHY = about(
    "explainSegmentMember",
    "Why a customer is in a segment, or isn't",
    {
        200: OpenApiResponse(_ANSWER, examples=[OpenApiExample("answer", _EXAMPLE, response_only=True)]),
        **errors(400, 404, 422),
    },
    description="Part by part of the condition, as it is answered at asOf: what it asks, whether that holds, and what"
    " the customer has there. member is what the segment shows; holds may be ahead of it for seconds. A list has no"
    " condition to explain.",
)
