"""What the OpenAPI document says of the customers' endpoints: parameters, answers, examples."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from core.openapi import IF_MATCH, KEYED, errors
from customers import ordering
from customers.api.parameters import FILTERS
from customers.api.serializers import (
    BulkTagSerializer,
    CollaboratorsSerializer,
    CustomerSerializer,
    NewCustomerSerializer,
    RemarkSerializer,
    TagChangeSerializer,
    TagRemovalSerializer,
)
from customers.api.shapes import (
    BULK_RESULTS,
    COLLABORATOR_EXAMPLE,
    CUSTOMER,
    CUSTOMER_EXAMPLE,
    EPISODE_EXAMPLE,
    FOLLOW_EXAMPLE,
    FOLLOW_IN_FULL,
    LISTED,
    WRITTEN,
)
from customers.api.shapes import (
    COLLABORATORS as COLLABORATOR_LIST,
)
from customers.api.shapes import (
    FOLLOWS as FOLLOW_LIST,
)
from customers.custom.showing import NAME

_READ = OpenApiResponse(CUSTOMER, examples=[OpenApiExample("customer", CUSTOMER_EXAMPLE)])
_WRITTEN_EXAMPLE = {name: value for name, value in CUSTOMER_EXAMPLE.items() if name != "follows"}
_ONE = OpenApiResponse(WRITTEN, examples=[OpenApiExample("customer", _WRITTEN_EXAMPLE)])
_FOLLOW_EXAMPLE = FOLLOW_EXAMPLE | {"customerId": 1, "episodes": [EPISODE_EXAMPLE]}
_SORT = OpenApiParameter(
    "sort", {"type": "string", "enum": list(ordering.SORTS)}, description="Newest first by default."
)
_CURSOR = OpenApiParameter(
    "cursor", str, description="Empty to begin, then nextCursor of each answer: any depth at one price. No total."
)
_INCLUDE = OpenApiParameter(
    "include", {"type": "string", "enum": [NAME]}, description="What custom fields hold as well, as the detail has it."
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
        _INCLUDE,
    ],
    "responses": {200: LISTED, **errors(400)},
}
CREATE: dict[str, Any] = {
    "operation_id": "customers_create",
    "summary": "Create a customer",
    "description": "Records customer.created. One who was deleted and comes again under the same id is revived.",
    "request": NewCustomerSerializer,
    "parameters": [KEYED],
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
    "responses": {200: _READ, 304: OpenApiResponse(description="You have this version."), **errors(404)},
}
REPLACE: dict[str, Any] = {
    "operation_id": "customers_replace",
    "summary": "Replace a customer's facts",
    "description": "What is left out is emptied, but for follower, status and time of adding.",
    "request": CustomerSerializer,
    "parameters": [IF_MATCH],
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
    "parameters": [IF_MATCH],
    "request": None,
    "responses": {204: None, **errors(400, 404, 412)},
}
TAG_CHANGE: dict[str, Any] = {
    "operation_id": "customers_tags_change",
    "summary": "Add and remove tags",
    "request": TagChangeSerializer,
    "parameters": [KEYED],
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
    "parameters": [KEYED],
    "responses": {200: BULK_RESULTS, **errors(400, 409, 413, 415, 422)},
}
FOLLOWS: dict[str, Any] = {
    "operation_id": "customers_follows_list",
    "summary": "List those who follow or have followed a customer",
    "description": "Each with episodes: one for every stay, from adding to ending.",
    "responses": {
        200: OpenApiResponse(FOLLOW_LIST, examples=[OpenApiExample("follows", {"list": [_FOLLOW_EXAMPLE]})]),
        **errors(400, 404),
    },
}
REMARK: dict[str, Any] = {
    "operation_id": "customers_follows_update",
    "summary": "Change what an employee noted of a customer",
    "description": "What is left out stays. Records customer.relation.updated, and is written back to WeCom.",
    "request": RemarkSerializer,
    "responses": {
        200: OpenApiResponse(FOLLOW_IN_FULL, examples=[OpenApiExample("follow", _FOLLOW_EXAMPLE)]),
        **errors(400, 404, 409, 413, 415, 422),
    },
}
_READERS = OpenApiResponse(
    COLLABORATOR_LIST, examples=[OpenApiExample("collaborators", {"list": [COLLABORATOR_EXAMPLE]}, response_only=True)]
)
_ASKED_READERS = OpenApiExample("employees", {"employeeIds": [9]}, request_only=True)
COLLABORATORS: dict[str, Any] = {
    "operation_id": "customers_collaborators_list",
    "summary": "List those who may read a customer without following them",
    "responses": {200: _READERS, **errors(400, 404)},
}
ADD_COLLABORATORS: dict[str, Any] = {
    "operation_id": "customers_collaborators_add",
    "summary": "Let employees read a customer",
    "description": "They see the customer as a follower does, and change nothing. Records customer.collaborator.added.",
    "request": CollaboratorsSerializer,
    "parameters": [KEYED],
    "responses": {200: _READERS, **errors(400, 404, 409, 413, 415, 422)},
    "examples": [_ASKED_READERS],
}
REMOVE_COLLABORATORS: dict[str, Any] = {
    "operation_id": "customers_collaborators_remove",
    "summary": "Let employees read a customer no more",
    "request": CollaboratorsSerializer,
    "responses": {200: _READERS, **errors(400, 404, 413, 415, 422)},
    "examples": [_ASKED_READERS],
}
