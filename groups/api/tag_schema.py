"""What the OpenAPI document says of the endpoints of group tags."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import IF_MATCH, KEYED, errors
from groups.api import shapes
from groups.api.serializers import (
    BulkChatTagsSerializer,
    ChatTagsSerializer,
    GroupTagFactsSerializer,
    GroupTagSerializer,
    GroupTagSetSerializer,
    NewGroupTagSerializer,
    NewGroupTagSetSerializer,
)

_TIMES = {"version": 1, "createTime": "2026-10-01T02:30:00Z", "updateTime": "2026-10-01T02:30:00Z"}
_TAG = OpenApiResponse(
    GroupTagSerializer,
    examples=[OpenApiExample("tag", {"id": 4, "setId": 2, "setName": "区域", "name": "华北", "order": 0} | _TIMES)],
)
_SET = OpenApiResponse(
    GroupTagSetSerializer, examples=[OpenApiExample("set", {"id": 2, "name": "区域", "order": 0} | _TIMES)]
)
_WRITE_ERRORS = errors(400, 404, 409, 412, 413, 415, 422)
_LOCAL = "Tags of group chats are this service's own: WeCom has none."


def _reading(operation: str, summary: str, answer: Any, *refusals: int) -> dict[str, Any]:
    return {
        "operation_id": operation,
        "tags": ["groups"],
        "summary": summary,
        "description": _LOCAL,
        "responses": {200: answer, **errors(*refusals)},
    }


def writing(
    operation: str,
    summary: str,
    request: Any,
    answers: dict[int, Any],
    *,
    about: str = "",
    example: Any = None,
    **more: Any,
) -> dict[str, Any]:
    """An operation that changes something. ``more``: ``parameters``, by default none."""
    return {
        "operation_id": operation,
        "tags": ["groups"],
        "summary": summary,
        "description": about or summary,
        "request": request,
        "responses": {**answers, **_WRITE_ERRORS},
        "examples": [OpenApiExample("request", example, request_only=True)] if example else [],
        **more,
    }


SETS = _reading("listGroupTagSets", "The sets of group tags, in their order", GroupTagSetSerializer(many=True), 400)
SET = _reading("getGroupTagSet", "One set of group tags", _SET, 400, 404)
NEW_SET = writing(
    "createGroupTagSet",
    "Create a set of group tags",
    NewGroupTagSetSerializer,
    {201: _SET},
    about="Records group_tag_set.created, and group_tag.created for each tag named.",
    example={"name": "区域", "tagNames": ["华北", "华南"]},
    parameters=[KEYED],
)
PATCH_SET = writing(
    "updateGroupTagSet",
    "Rename a set, or give it another place",
    GroupTagFactsSerializer,
    {200: _SET},
    example={"name": "大区", "order": 1},
    parameters=[IF_MATCH],
)
DELETE_SET = writing("deleteGroupTagSet", "Delete a set that has no tags", None, {204: None}, parameters=[IF_MATCH])
TAGS = _reading("listGroupTags", "The group tags, by set and place", GroupTagSerializer(many=True), 400)
TAG = _reading("getGroupTag", "One group tag", _TAG, 400, 404)
NEW_TAG = writing(
    "createGroupTag",
    "Create a group tag",
    NewGroupTagSerializer,
    {201: _TAG},
    about="A name is taken once in a set. Records group_tag.created.",
    example={"setId": 2, "name": "华北"},
    parameters=[KEYED],
)
PATCH_TAG = writing(
    "updateGroupTag",
    "Rename a group tag, or give it another place",
    GroupTagFactsSerializer,
    {200: _TAG},
    example={"name": "华北大区"},
    parameters=[IF_MATCH],
)
DELETE_TAG = writing(
    "deleteGroupTag",
    "Delete a group tag",
    None,
    {204: None},
    about="It comes off every chat, each with group.tag.removed; then group_tag.deleted is recorded.",
    parameters=[IF_MATCH],
)
CHANGE = writing(
    "changeGroupChatTags",
    "Add and remove tags of a group chat",
    ChatTagsSerializer,
    {200: OpenApiResponse(shapes.GROUP, examples=[OpenApiExample("group", shapes.GROUP_EXAMPLE, response_only=True)])},
    about="Records group.tag.added and group.tag.removed where something differs.",
    example={"addTagIds": [4], "removeTagIds": [5]},
    parameters=[KEYED],
)
BULK = writing(
    "changeTagsOfManyGroupChats",
    "The same change of tags for up to 100 group chats",
    BulkChatTagsSerializer,
    {200: OpenApiResponse(shapes.BULK, examples=[OpenApiExample("results", shapes.BULK_EXAMPLE, response_only=True)])},
    about="Each chat for itself: the answer has a result for each, and one refusal spoils no other.",
    example={"groupIds": [12, 13], "addTagIds": [4]},
    parameters=[KEYED],
)
