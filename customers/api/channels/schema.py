"""What the OpenAPI document says of the endpoints of channels."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from core.openapi import IF_MATCH, KEYED, errors
from customers.api.channels.serializers import ChannelFactsSerializer, ChannelSerializer, NamedStateSerializer
from customers.channels.figures import MOST_DAYS, SPANS

DAYS = [
    OpenApiParameter(name, {"type": "string", "format": "date"}, description=about)
    for name, about in {
        "from": f"First day, in the company's zone; at most {MOST_DAYS} days in all.",
        "to": "Last day, included; today by default.",
    }.items()
]
_EXAMPLE = {
    "id": 3,
    "name": "上海展会",
    "states": ["expo-2026"],
    "addWays": [],
    "active": True,
    "order": 0,
    "note": "",
    "version": 2,
    "createTime": "2026-09-01T02:30:00Z",
    "updateTime": "2026-09-02T02:30:00Z",
}
_NUMBER = {"type": "integer"}
_RATE = {"type": ["number", "null"], "description": "0 to 1; null: it is too early to tell."}
_KEPT = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["days", "of", "stayed", "rate"],
        "properties": {"days": _NUMBER, "of": _NUMBER, "stayed": _NUMBER, "rate": _RATE},
    },
}
_COUNTS = ("added", "addedPeople", "lost", "lostPeople", "net")
STATISTIC: dict[str, Any] = {"name": {"type": "string"}, **dict.fromkeys(_COUNTS, _NUMBER), "retention": _KEPT}
_FIGURE: dict[str, Any] = {"kind": {"type": "string", "enum": ["channel", "unknown", "none"]}} | STATISTIC
_DAY = {"type": "string", "format": "date"}


def statistics_of(key: str, row: dict[str, Any], example: Any = None) -> OpenApiResponse:
    """The answer of a page of statistics, whose rows are named by ``key``."""
    columns = {key: {"type": ["integer", "null"]}} | row
    listed = {"type": "array", "items": {"type": "object", "required": list(columns), "properties": columns}}
    shape = {
        "type": "object",
        "required": ["from", "to", "list"],
        "properties": {"from": _DAY, "to": _DAY, "list": listed},
    }
    shown = {"from": "2026-09-01", "to": "2026-09-30", "list": [example or _COUNTED | {key: 3}]}
    return OpenApiResponse(shape, examples=[OpenApiExample("statistics", shown, response_only=True)])


_COUNTED = {
    "name": "上海展会",
    "added": 120,
    "addedPeople": 117,
    "lost": 14,
    "lostPeople": 14,
    "net": 106,
    "retention": [{"days": days, "of": 100, "stayed": 90, "rate": 0.9} for days in SPANS],
}
_FIGURE_EXAMPLE = _COUNTED | {"kind": "channel", "channelId": 3}
_UNKNOWN = {
    "type": "object",
    "required": ["from", "to", "list"],
    "properties": {
        "from": _DAY,
        "to": _DAY,
        "list": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["state", "added", "addedPeople"],
                "properties": {"state": {"type": "string"}, "added": _NUMBER, "addedPeople": _NUMBER},
            },
        },
    },
}
_WAY = {"addWay": _NUMBER, "nameZh": {"type": "string"}, "nameEn": {"type": "string"}}
_WAYS = {
    "type": "object",
    "required": ["list"],
    "properties": {"list": {"type": "array", "items": {"type": "object", "required": list(_WAY), "properties": _WAY}}},
}
_SPAN_EXAMPLE = {"from": "2026-09-01", "to": "2026-09-30"}
_CHANNEL = OpenApiResponse(ChannelSerializer, examples=[OpenApiExample("channel", _EXAMPLE, response_only=True)])
_WRITE_ERRORS = errors(400, 404, 409, 412, 413, 415, 422)
_BODY = OpenApiExample("request", {"name": "上海展会", "states": ["expo-2026"]}, request_only=True)


def _about(operation: str, summary: str, answers: dict[int, Any], **more: Any) -> dict[str, Any]:
    return {"operation_id": operation, "tags": ["channels"], "summary": summary, "responses": answers, **more}


def _example(name: str, row: dict[str, Any]) -> list[OpenApiExample]:
    return [OpenApiExample(name, _SPAN_EXAMPLE | {"list": [row]}, response_only=True)]


LIST = _about(
    "listChannels", "The company's channels, in their order", {200: ChannelSerializer(many=True), **errors(400)}
)
READ = _about("getChannel", "One channel", {200: _CHANNEL, **errors(400, 404)})
CREATE = _about(
    "createChannel",
    "Add a channel",
    {201: _CHANNEL, **_WRITE_ERRORS},
    request=ChannelFactsSerializer,
    parameters=[KEYED],
    examples=[_BODY],
    description="What came by its states and add ways before is its from now on.",
)
REPLACE = _about(
    "replaceChannel",
    "Change a channel",
    {200: _CHANNEL, **_WRITE_ERRORS},
    request=ChannelFactsSerializer,
    parameters=[IF_MATCH],
    examples=[_BODY],
    description="states and addWays replace the old ones; what is left out stays.",
)
PATCH = REPLACE | {"operation_id": "updateChannel", "summary": "Change some of a channel"}
DELETE = _about(
    "deleteChannel",
    "Take a channel away",
    {204: None, **_WRITE_ERRORS},
    request=None,
    parameters=[IF_MATCH],
    description="Its states are unknown again, and can be named anew.",
)
NAME_STATE = _about(
    "nameChannelState",
    "Say what an unknown state stands for",
    {200: _CHANNEL, **errors(400, 409, 413, 415, 422)},
    request=NamedStateSerializer,
    parameters=[KEYED],
    examples=[OpenApiExample("request", {"state": "expo-2026", "channelId": 3}, request_only=True)],
)
STATISTICS = _about(
    "channelStatistics",
    "How many came by each channel, left and stayed",
    {
        200: statistics_of("channelId", _FIGURE, _FIGURE_EXAMPLE),
        **errors(400),
    },
    parameters=DAYS,
    description="Relations and distinct people. unknown: states without a channel; none: neither a state nor a way "
    "that has one. A transfer is no loss.",
)
UNKNOWN_STATES = _about(
    "listUnknownStates",
    "States that no channel stands for, the most frequent first",
    {
        200: OpenApiResponse(
            _UNKNOWN, examples=_example("states", {"state": "expo-2026", "added": 12, "addedPeople": 12})
        ),
        **errors(400),
    },
    parameters=DAYS,
)
ADD_WAYS = _about("listAddWays", "WeCom's add ways and their names", {200: OpenApiResponse(_WAYS), **errors(400)})
