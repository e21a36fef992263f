"""What the OpenAPI document says of the custom fields themselves."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from core.openapi import IF_MATCH, KEYED, errors, shape, shown
from customers.api.custom.serializers import ChangedFieldSerializer, CustomFieldSerializer, NewFieldSerializer
from customers.custom.kinds import BY_WIRE

TAGS = ["custom fields"]
_FACTS: dict[str, Any] = {"name": "客户等级", "kind": "choice", "required": True, "personal": False, "order": 0}
_FACTS |= {"active": True}
_NEW = {"subject": "customer", "key": "level"} | _FACTS | {"options": [{"label": "重点"}, {"label": "一般"}]}
_OPTIONS = [{"id": 5, "label": "重点", "active": True}, {"id": 6, "label": "一般", "active": False}]
_STANDS = {"id": 3, "subject": "customer", "key": "level"} | _FACTS | {"options": _OPTIONS, "version": 1}
_STANDS |= {"createTime": "2026-09-01T02:30:00Z", "updateTime": "2026-09-01T02:30:00Z"}
_ONE = OpenApiResponse(CustomFieldSerializer, examples=[OpenApiExample("custom field", _STANDS, response_only=True)])
_CHANGE = OpenApiExample("request", {"name": "等级", "options": _OPTIONS}, request_only=True)
WRITE_ERRORS = errors(400, 404, 409, 412, 413, 415, 422)

LIST: dict[str, Any] = {
    "operation_id": "custom_fields_list",
    "tags": TAGS,
    "summary": "List the company's custom fields, in their order, with those that are not in use any more",
    "responses": {200: CustomFieldSerializer(many=True), **errors(400)},
}
READ: dict[str, Any] = {
    "operation_id": "custom_fields_read",
    "tags": TAGS,
    "summary": "Read a custom field",
    "responses": {200: _ONE, **errors(400, 404)},
}
CREATE: dict[str, Any] = {
    "operation_id": "custom_fields_create",
    "tags": TAGS,
    "summary": "Make a custom field",
    "description": "Of the customer, or of each relation. Without an order, behind the others. Records"
    " custom_field.created.",
    "request": NewFieldSerializer,
    "parameters": [KEYED],
    "responses": {201: _ONE, **errors(400, 409, 413, 415, 422)},
    "examples": [OpenApiExample("request", _NEW, request_only=True)],
}
REPLACE: dict[str, Any] = {
    "operation_id": "custom_fields_replace",
    "tags": TAGS,
    "summary": "Change a custom field",
    "description": "What is left out stays. options are all that it shall offer, in their order: with an id renamed,"
    " without one new; one left out is retired, or goes if nobody has it. Another kind is taken only where values of"
    " the present one can be said in it; leaveOld lets those that can't stay as they are, flagged.",
    "request": ChangedFieldSerializer,
    "parameters": [IF_MATCH],
    "responses": {200: _ONE, **WRITE_ERRORS},
    "examples": [_CHANGE],
}
PATCH = REPLACE | {"operation_id": "custom_fields_update", "summary": "Change some of a custom field"}
DELETE: dict[str, Any] = {
    "operation_id": "custom_fields_delete",
    "tags": TAGS,
    "summary": "Take a custom field away that never held anything",
    "request": None,
    "parameters": [IF_MATCH],
    "responses": {204: None, **WRITE_ERRORS},
}
_TRIAL = {"allowed": True, "values": 1200, "valuesExact": True, "staying": 3}
TRIAL: dict[str, Any] = {
    "operation_id": "custom_fields_conversion",
    "tags": TAGS,
    "summary": "Count what another kind would come to, and change nothing",
    "description": "staying: so many values can't be said in it and would stay as they are, flagged.",
    "parameters": [OpenApiParameter("kind", {"type": "string", "enum": list(BY_WIRE)}, required=True)],
    "responses": {
        200: shown(
            shape(
                allowed={"type": "boolean"},
                values={"type": "integer"},
                valuesExact={"type": "boolean", "description": "false: there are more, too many to be converted."},
                staying={"type": "integer"},
            ),
            _TRIAL,
        ),
        **errors(400, 404),
    },
}
