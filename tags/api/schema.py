"""What the OpenAPI document says of the endpoints of tags and groups."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from core.openapi import IF_MATCH, KEYED, errors
from tags.api.serializers import (
    NewTagGroupSerializer,
    NewTagSerializer,
    TagFactsSerializer,
    TagGroupFactsSerializer,
    TagGroupOrderSerializer,
    TagGroupSerializer,
    TagMergeSerializer,
    TagMoveSerializer,
    TagOrderSerializer,
    TagSerializer,
)

_TAG_EXAMPLE = {
    "id": 12,
    "groupId": 3,
    "groupName": "客户等级",
    "wecomId": "etAAAAAA1",
    "name": "重点客户",
    "order": 0,
    "useCount": 128,
    "countedAt": "2026-10-01T02:30:00Z",
    "version": 2,
    "createTime": "2026-09-01T02:30:00Z",
    "updateTime": "2026-09-02T02:30:00Z",
}
_GROUP_EXAMPLE = {
    "id": 3,
    "wecomId": "etAAAAAA0",
    "name": "客户等级",
    "order": 0,
    "version": 1,
    "createTime": "2026-09-01T02:30:00Z",
    "updateTime": "2026-09-01T02:30:00Z",
    "tags": [_TAG_EXAMPLE],
}
_TAG = OpenApiResponse(TagSerializer, examples=[OpenApiExample("tag", _TAG_EXAMPLE)])
_GROUP = OpenApiResponse(TagGroupSerializer, examples=[OpenApiExample("group", _GROUP_EXAMPLE)])
_WRITE_ERRORS = errors(400, 404, 409, 412, 413, 415, 422)


def _reading(operation: str, summary: str, answer: Any, *refusals: int) -> dict[str, Any]:
    return {
        "operation_id": operation,
        "tags": ["tags"],
        "summary": summary,
        "responses": {200: answer, **errors(*refusals)},
    }


def _writing(
    operation: str,
    summary: str,
    request: Any,
    answers: dict[int, Any],
    *,
    about: str = "",
    example: Any = None,
    headers: tuple[OpenApiParameter, ...] = (IF_MATCH,),
) -> dict[str, Any]:
    return {
        "operation_id": operation,
        "tags": ["tags"],
        "summary": summary,
        "description": about or summary,
        "request": request,
        "parameters": list(headers),
        "responses": {**answers, **_WRITE_ERRORS},
        "examples": [OpenApiExample("request", example, request_only=True)] if example else [],
    }


GROUPS = _reading("listTagGroups", "The groups, in their order", TagGroupSerializer(many=True), 400)
GROUP = _reading("getTagGroup", "One group with its tags", _GROUP, 400, 404)
NEW_GROUP = _writing(
    "createTagGroup",
    "Create a group",
    NewTagGroupSerializer,
    {201: _GROUP},
    about="Records tag_group.created, and tag.created for each tag named.",
    example={"name": "客户等级", "tagNames": ["重点客户", "普通客户"]},
    headers=(KEYED,),
)
REPLACE_GROUP = _writing(
    "replaceTagGroup",
    "Rename a group",
    TagGroupFactsSerializer,
    {200: _GROUP},
    example={"name": "客户等级", "order": 1},
)
PATCH_GROUP = REPLACE_GROUP | {"operation_id": "updateTagGroup", "summary": "Change a group"}
DELETE_GROUP = _writing(
    "deleteTagGroup",
    "Delete a group with its tags",
    None,
    {204: None},
    about="The tags are offered no more at once, and come off customers within minutes.",
)
ORDER_GROUPS = _writing(
    "orderTagGroups",
    "Put all groups in an order",
    TagGroupOrderSerializer,
    {204: None},
    about="groupIds names each living group exactly once.",
    example={"groupIds": [3, 1, 2]},
    headers=(),
)
ORDER_TAGS = _writing(
    "orderTags",
    "Put all tags of a group in an order",
    TagOrderSerializer,
    {204: None},
    about="tagIds names each living tag of the group exactly once.",
    example={"tagIds": [12, 10, 11]},
    headers=(),
)
TAGS = _reading("listTags", "The tags, by group and place", TagSerializer(many=True), 400)
TAG = _reading("getTag", "One tag", _TAG, 400, 404)
NEW_TAG = _writing(
    "createTag",
    "Create a tag",
    NewTagSerializer,
    {201: _TAG},
    about="A name is taken once among the living tags of a group. Records tag.created.",
    example={"groupId": 3, "name": "重点客户"},
    headers=(KEYED,),
)
REPLACE_TAG = _writing(
    "replaceTag", "Rename a tag", TagFactsSerializer, {200: _TAG}, example={"name": "重点客户", "order": 1}
)
PATCH_TAG = REPLACE_TAG | {"operation_id": "updateTag", "summary": "Change a tag"}
DELETE_TAG = _writing(
    "deleteTag",
    "Delete a tag",
    None,
    {204: None},
    about="It is offered no more at once, and comes off customers within minutes.",
)
MOVE_TAG = _writing(
    "moveTag",
    "Move a tag to another group",
    TagMoveSerializer,
    {200: _TAG},
    about="Customers keep it. It stands behind the last tag of its new group.",
    example={"groupId": 4},
    headers=(IF_MATCH, KEYED),
)
MERGE_TAG = _writing(
    "mergeTag",
    "Merge a tag into another one",
    TagMergeSerializer,
    {200: _TAG},
    about="It ends at once; within minutes each customer who had it has the other one, which is the answer.",
    example={"intoTagId": 13},
    headers=(IF_MATCH, KEYED),
)
