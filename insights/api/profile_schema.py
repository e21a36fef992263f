"""What the OpenAPI document says of profiles."""

from typing import Any

from core.openapi import errors, many, shape, shown
from insights.api.profile_shapes import EXAMPLE, FLAG, ID, TEXT, TIME, described
from insights.api.profile_shapes import PROFILE as CUSTOMER

_MAYBE = {"type": ["integer", "null"]}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_LINE = shape(
    value=TEXT,
    name=TEXT,
    count=ID,
    share=_SHARE,
    whole=ID,
    wholeShare=_SHARE,
    index=described(_MAYBE, "The share in percent of the whole's: 100 is as everywhere."),
)
_FIELD = shape(list=many(_LINE), more=FLAG)
_SEGMENT = shape(
    segmentId=ID,
    members=ID,
    whole=ID,
    sampled=described(FLAG, "Both are the newest 50,000 customers alone: the bitmaps are being built."),
    asOf=TIME,
    distributions=shape(channel=_FIELD, tag=_FIELD, stage=_FIELD, city=_FIELD, age=_FIELD),
)
_NONE: dict[str, Any] = {"list": [], "more": False}
_CITY = {"value": "北京", "name": "北京", "count": 640, "share": 0.5}
_SEGMENT_EXAMPLE = {
    "segmentId": 4,
    "members": 1280,
    "whole": 300_000,
    "sampled": False,
    "asOf": "2026-11-30T02:30:00Z",
    "distributions": dict.fromkeys(("channel", "tag", "stage", "age"), _NONE)
    | {"city": {"list": [_CITY | {"whole": 60_000, "wholeShare": 0.2, "index": 250}], "more": False}},
}

PROFILE: dict[str, Any] = {
    "operation_id": "customers_profile",
    "tags": ["customers"],
    "summary": "Read everything about a customer",
    "description": "Facts, relations side by side, tags with why, group chats, segments, stage, warnings, churn scores,"
    " behaviour and insights. Group chats, warnings and scores are those that the caller may see.",
    "responses": {200: shown(CUSTOMER, EXAMPLE), **errors(400, 404)},
}
SEGMENT: dict[str, Any] = {
    "operation_id": "segments_profile",
    "tags": ["segments"],
    "summary": "Read what kind of people a segment holds",
    "description": "Its members by channel, tag, stage, city and age of the relation in days, beside all customers:"
    " those whom the caller may see. The twenty values that most have. Kept for five minutes.",
    "responses": {200: shown(_SEGMENT, _SEGMENT_EXAMPLE), **errors(400, 404)},
}
