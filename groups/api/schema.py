"""What the OpenAPI document says of the group chats' endpoints."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from core.openapi import errors
from groups.api import shapes

_TAGS = ["groups"]
_CURSOR = OpenApiParameter(
    "cursor", str, description="Empty to begin, then nextCursor of each answer: any depth at one price. No total."
)


def _answer(shape: dict[str, Any], example: dict[str, Any]) -> OpenApiResponse:
    return OpenApiResponse(shape, examples=[OpenApiExample("answer", example, response_only=True)])


LIST: dict[str, Any] = {
    "operation_id": "listGroups",
    "tags": _TAGS,
    "summary": "List group chats, the newest first",
    "description": "Group chats (客户群) are WeCom's: they are read here, and changed there.",
    "parameters": [_CURSOR],
    "responses": {200: _answer(shapes.GROUPS, shapes.LISTED_EXAMPLE), **errors(400)},
}
DETAIL: dict[str, Any] = {
    "operation_id": "getGroup",
    "tags": _TAGS,
    "summary": "Read a group chat",
    "responses": {200: _answer(shapes.GROUP, shapes.GROUP_EXAMPLE), **errors(400, 404)},
}
MEMBERS: dict[str, Any] = {
    "operation_id": "listGroupMembers",
    "tags": _TAGS,
    "summary": "Who is in a group chat, and who was",
    "description": "One row is one stay: whoever left and joined again has several. In the order of joining.",
    "responses": {200: _answer(shapes.MEMBERS, shapes.MEMBERS_EXAMPLE), **errors(400, 404)},
}
