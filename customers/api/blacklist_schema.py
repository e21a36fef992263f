"""What the OpenAPI document says of the blacklist."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import errors, listed
from customers.api.serializers import BlacklistSerializer
from customers.models import BlacklistEntry

_TAGS = ["blacklist"]
_TIME = {"type": "string", "format": "date-time"}
_MAYBE = {"type": ["string", "null"], "format": "date-time"}
_PROPERTIES: dict[str, Any] = {
    "id": {"type": "integer"},
    "customerId": {"type": "integer"},
    "reason": {"type": "string"},
    "actor": {"type": "string", "description": "user:7, api:3 or system"},
    "since": _TIME,
    "until": _MAYBE,
    "endedAt": _MAYBE,
    "ending": {
        "type": "string",
        "enum": ["", *BlacklistEntry.Ending.values],
        "description": "Empty while it lasts; lifted; expired; renewed: another reason or end began the next entry.",
    },
    "endedBy": {"type": "string"},
}
_ENTRY = {"type": "object", "required": list(_PROPERTIES), "properties": _PROPERTIES}
_EXAMPLE = {
    "id": 5,
    "customerId": 1,
    "reason": "恶意退单",
    "actor": "user:7",
    "since": "2026-10-01T02:30:00Z",
    "until": None,
    "endedAt": None,
    "ending": "",
    "endedBy": "",
}
_ONE = OpenApiResponse(_ENTRY, examples=[OpenApiExample("entry", _EXAMPLE, response_only=True)])
_ALL = {
    "type": "object",
    "required": ["list"],
    "properties": {"list": {"type": "array", "items": _ENTRY}},
}

HISTORY: dict[str, Any] = {
    "operation_id": "customers_blacklist_history",
    "tags": _TAGS,
    "summary": "List the times that a person was on the blacklist",
    "description": "Newest first, at most 200.",
    "responses": {
        200: OpenApiResponse(_ALL, examples=[OpenApiExample("entries", {"list": [_EXAMPLE]}, response_only=True)]),
        **errors(400, 404),
    },
}
PUT: dict[str, Any] = {
    "operation_id": "customers_blacklist_put",
    "tags": _TAGS,
    "summary": "Put a person on the blacklist",
    "description": "With all relations: they are not assigned, not transferred and in no segment, and a warning is"
    " raised when somebody adds them again or they join a group. Records customer.blacklisted. Twice is once; another"
    " reason or end begins a new entry.",
    "request": BlacklistSerializer,
    "responses": {200: _ONE, **errors(400, 404, 409, 413, 415, 422)},
    "examples": [
        OpenApiExample("for a while", {"reason": "恶意退单", "until": "2027-01-01T00:00:00Z"}, request_only=True)
    ],
}
LIFT: dict[str, Any] = {
    "operation_id": "customers_blacklist_lift",
    "tags": _TAGS,
    "summary": "Take a person off the blacklist",
    "description": "Records customer.blacklist.lifted. Twice is once.",
    "request": None,
    "responses": {204: None, **errors(404)},
}
LIST: dict[str, Any] = {
    "operation_id": "blacklist_list",
    "tags": _TAGS,
    "summary": "List who is on the blacklist, the newest first",
    "responses": {200: listed(_ENTRY), **errors(400)},
}
