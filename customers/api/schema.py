"""What the OpenAPI document says of the customers' endpoints: parameters, answers, examples."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from core.openapi import errors, listed
from customers import listing
from customers.api.parameters import FILTERS
from customers.api.serializers import (
    BulkTagSerializer,
    CustomerSerializer,
    NewCustomerSerializer,
    TagChangeSerializer,
    TagRemovalSerializer,
)
from customers.choices import CustomerStatus, CustomerType, Gender

_CUSTOMER_EXAMPLE = {
    "id": 1,
    "corpId": 1,
    "externalUserid": "wmEAAAAAA1",
    "name": "张三",
    "avatar": "https://wx.qlogo.cn/mmhead/1/0",
    "type": 1,
    "gender": 1,
    "unionid": None,
    "mobile": None,
    "province": "广东",
    "city": "深圳",
    "followUserId": 7,
    "addTime": "2026-10-01T02:30:00Z",
    "channel": "qrcode",
    "status": 1,
    "blacklisted": False,
    "version": 3,
    "createTime": "2026-10-01T02:30:05Z",
    "updateTime": "2026-10-02T08:00:00Z",
    "tags": [{"id": 12, "name": "重点客户", "groupId": 3}],
}


def _maybe(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": [kind, "null"], **more}


_ID = {"type": "integer"}
TAG = {
    "type": "object",
    "required": ["id", "name", "groupId"],
    "properties": {"id": _ID, "name": {"type": "string"}, "groupId": _ID},
}
_PROPERTIES: dict[str, Any] = {
    "id": _ID,
    "corpId": _ID,
    "externalUserid": {"type": "string"},
    "name": _maybe("string"),
    "avatar": _maybe("string"),
    "type": {"type": "integer", "enum": CustomerType.values},
    "gender": _maybe("integer", enum=[*Gender.values, None]),
    "unionid": _maybe("string"),
    "mobile": _maybe("string"),
    "province": _maybe("string"),
    "city": _maybe("string"),
    "followUserId": _maybe("integer"),
    "addTime": _maybe("string", format="date-time"),
    "channel": _maybe("string"),
    "status": {"type": "integer", "enum": CustomerStatus.values, "description": "0 deleted, 1 normal, 2 lost"},
    "blacklisted": {"type": "boolean"},
    "version": _ID,
    "createTime": {"type": "string", "format": "date-time"},
    "updateTime": {"type": "string", "format": "date-time"},
    "tags": {"type": "array", "items": TAG},
}
CUSTOMER = {"type": "object", "required": list(_PROPERTIES), "properties": _PROPERTIES}
_RESULT = {
    "type": "object",
    "required": ["customerId", "status", "added", "removed"],
    "properties": {
        "customerId": _ID,
        "status": {"type": "string", "enum": ["changed", "unchanged", "failed"]},
        "added": {"type": "array", "items": _ID},
        "removed": {"type": "array", "items": _ID},
        "code": {"type": "string"},
        "message": {"type": "string"},
    },
}
_RESULTS = {
    "type": "object",
    "required": ["list", "total", "changed", "unchanged", "failed"],
    "properties": {
        "list": {"type": "array", "items": _RESULT},
        "total": _ID,
        "changed": _ID,
        "unchanged": _ID,
        "failed": _ID,
    },
}
_LISTED = listed(CUSTOMER)
_LISTED["required"] = ["list", "size"]
_LISTED["properties"]["nextCursor"] = {
    "type": ["string", "null"],
    "description": "With cursor, instead of total and page: where the next call goes on; null at the end.",
}
_ONE = OpenApiResponse(CUSTOMER, examples=[OpenApiExample("customer", _CUSTOMER_EXAMPLE)])
_SORT = OpenApiParameter(
    "sort", {"type": "string", "enum": list(listing.SORTS)}, description="Newest first by default."
)
_CURSOR = OpenApiParameter(
    "cursor", str, description="Empty to begin, then nextCursor of each answer: any depth at one price. No total."
)
_IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag you have seen; 412 if it has passed."
)
_KEYED = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "maxLength": 100, "pattern": "^[!-~]{1,100}$"},
    OpenApiParameter.HEADER,
    description="Repeat a request with the same key and it takes effect once.",
)
_WRITE_ERRORS = errors(400, 404, 409, 412, 413, 415, 422)

LIST: dict[str, Any] = {
    "operation_id": "customers_list",
    "summary": "List customers",
    "parameters": [
        *(OpenApiParameter(name, p.schema, description=p.about) for name, p in FILTERS.items()),
        OpenApiParameter("page", {"type": "integer", "minimum": 1, "default": 1}),
        OpenApiParameter("size", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}),
        _SORT,
        _CURSOR,
    ],
    "responses": {200: _LISTED, **errors(400)},
}
CREATE: dict[str, Any] = {
    "operation_id": "customers_create",
    "summary": "Create a customer",
    "description": "Records customer.created. One who was deleted and comes again under the same id is revived.",
    "request": NewCustomerSerializer,
    "parameters": [_KEYED],
    "responses": {201: _ONE, **errors(400, 409, 413, 415, 422)},
    "examples": [
        OpenApiExample(
            "new",
            {"externalUserid": "wmEAAAAAA1", "name": "张三", "followUserId": 7, "channel": "qrcode"},
            request_only=True,
        )
    ],
}
DETAIL: dict[str, Any] = {
    "operation_id": "customers_read",
    "summary": "Read a customer",
    "parameters": [OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER)],
    "responses": {200: _ONE, 304: OpenApiResponse(description="You have this version."), **errors(404)},
}
REPLACE: dict[str, Any] = {
    "operation_id": "customers_replace",
    "summary": "Replace a customer's facts",
    "description": "What is left out is emptied, but for follower, status, time of adding and blacklist.",
    "request": CustomerSerializer,
    "parameters": [_IF_MATCH],
    "responses": {200: _ONE, **_WRITE_ERRORS},
}
PATCH = REPLACE | {
    "operation_id": "customers_update",
    "summary": "Change some of a customer's facts",
    "description": "What is left out stays. Records customer.updated where something differs.",
}
DELETE: dict[str, Any] = {
    "operation_id": "customers_delete",
    "summary": "Delete a customer",
    "description": "Status becomes 0: hidden from lists, history kept. Twice is once.",
    "parameters": [_IF_MATCH],
    "request": None,
    "responses": {204: None, **errors(400, 404, 412)},
}
TAG_CHANGE: dict[str, Any] = {
    "operation_id": "customers_tags_change",
    "summary": "Add and remove tags",
    "request": TagChangeSerializer,
    "parameters": [_KEYED],
    "responses": {200: _ONE, **errors(400, 404, 409, 413, 415, 422)},
    "examples": [
        OpenApiExample("as in the original", {"tagIds": [1, 2]}, request_only=True),
        OpenApiExample("both ways", {"addTagIds": [1], "removeTagIds": [2], "followUserId": 7}, request_only=True),
    ],
}
UNTAG: dict[str, Any] = {
    "operation_id": "customers_tags_remove",
    "summary": "Remove tags",
    "request": TagRemovalSerializer,
    "responses": {200: _ONE, **errors(400, 404, 409, 413, 415, 422)},
}
BULK_TAGS: dict[str, Any] = {
    "operation_id": "customers_bulk_tags",
    "summary": "Change the tags of up to 100 customers",
    "description": "Each customer for itself: the answer has a result for each, and one refusal spoils no other.",
    "request": BulkTagSerializer,
    "parameters": [_KEYED],
    "responses": {200: _RESULTS, **errors(400, 413, 415, 422)},
}
