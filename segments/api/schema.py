"""What the OpenAPI document says of segments."""

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import IF_MATCH, KEYED, errors
from segments.api import serializers
from segments.api.about import tagged

_CONDITION = {
    "version": 1,
    "where": {"all": [{"field": "city", "op": "in", "value": ["北京"]}, {"field": "tags", "op": "any", "value": [12]}]},
}
_SENT = {"name": "北京重点", "description": "", "announces": False, "condition": _CONDITION}
_FRESH = {
    "state": "fresh",
    "message": "已是最新：2026-11-30 00:05 全量计算，之后有变动的客户即时更新。",
    "percent": None,
}
_EXAMPLE = _SENT | {
    "id": 4,
    "kind": "dynamic",
    "size": 1280,
    "asOf": "2026-11-29T16:05:00Z",
    "freshness": _FRESH,
    "version": 1,
    "createTime": "2026-11-01T02:30:00Z",
    "updateTime": "2026-11-01T02:30:00Z",
}
_ONE = OpenApiResponse(
    serializers.SegmentRowSerializer, examples=[OpenApiExample("segment", _EXAMPLE, response_only=True)]
)
_BODY = OpenApiExample("request", _SENT, request_only=True)
_WRITE_ERRORS = errors(400, 404, 409, 412, 413, 415, 422)


about = tagged("segments")

LIST = about(
    "listSegments",
    "The company's segments, by name",
    {200: serializers.SegmentRowSerializer(many=True), **errors(400)},
    description="Sizes are the company's, whoever asks.",
)
READ = about("getSegment", "One segment", {200: _ONE, **errors(400, 404)})
CREATE = about(
    "createSegment",
    "Make a segment",
    {201: _ONE, **_WRITE_ERRORS},
    request=serializers.SegmentSerializer,
    parameters=[KEYED],
    examples=[_BODY],
    description="Exactly one of condition and customerIds. The members of a condition are counted by a refresh.",
)
CHANGE = about(
    "updateSegment",
    "Change some of a segment",
    {200: _ONE, **_WRITE_ERRORS},
    request=serializers.ChangeSerializer,
    parameters=[IF_MATCH],
    examples=[_BODY],
    description="With another condition it is refreshed; until then it shows the members of before.",
)
DELETE = about(
    "deleteSegment",
    "Take a segment away",
    {204: None, **_WRITE_ERRORS},
    request=None,
    parameters=[IF_MATCH],
)
COPY = about(
    "copySegment",
    "Make another with the same condition or list",
    {201: _ONE, **_WRITE_ERRORS},
    request=serializers.NameSerializer,
    parameters=[KEYED],
)
FREEZE = COPY | {"operation_id": "freezeSegment", "summary": "Make a list of those who are in a segment now"}
REFRESH = about(
    "refreshSegment",
    "Have all of a segment asked anew",
    {202: serializers.RunSerializer, **errors(400, 404, 409, 422)},
    request=None,
    parameters=[KEYED],
)
CANCEL = about(
    "cancelSegmentRefresh",
    "Call the refresh of a segment off",
    {200: serializers.RunSerializer, **errors(400, 404, 409, 422)},
    request=None,
    parameters=[KEYED],
    description="It goes on showing the members of before.",
)
RUNS = about(
    "listSegmentRuns",
    "The refreshes of a segment, the newest first",
    {200: serializers.RunSerializer(many=True), **errors(400, 404)},
)
