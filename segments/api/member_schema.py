"""What the OpenAPI document says of members, sizes, previews and reasons."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from core.openapi import FILES, FORMAT, KEYED, errors, listed, many, shape, shown
from customers.custom.starring import NAME
from segments.api.schema import about
from segments.api.serializers import DocumentSerializer, NamedSerializer

_ID, _TEXT, _DAY = {"type": "integer"}, {"type": "string"}, {"type": "string", "format": "date"}
_TIME = {"type": "string", "format": "date-time"}
_MAYBE = {"type": ["string", "null"]}


_INCLUDE = OpenApiParameter(
    "include", {"type": "string", "enum": [NAME]}, description="A column for each custom field in use, in words."
)
_MEMBER = {
    "customerId": 1,
    "externalUserid": "wmEAAAAAA1",
    "name": "张三",
    "enteredAt": "2026-11-30T02:30:00Z",
    "cause": "customer.tag.added",
}
_STAY = {
    "segmentId": 4,
    "segmentName": "北京重点",
    "enteredAt": "2026-11-30T02:30:00Z",
    "enteredBy": "customer.tag.added",
    "leftAt": None,
    "leftBy": "",
}
_SIZE = {"day": "2026-11-30", "size": 1280, "entered": 12, "left": 3}
_MOVED = {"entered": [1], "left": [], "size": 1281}
_PREVIEW = {"count": 1280, "sample": [], "asOf": "2026-11-30T02:30:00Z"}
_MEMBERS = listed(shape(customerId=_ID, externalUserid=_TEXT, name=_MAYBE, enteredAt=_TIME, cause=_TEXT))
_IDS = many(_ID)
_MOVES = shape(entered=_IDS, left=_IDS, size=_ID)
_STAYS = shape(segmentId=_ID, segmentName=_TEXT, enteredAt=_TIME, enteredBy=_TEXT, leftAt=_MAYBE, leftBy=_TEXT)


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return shape(list=many(item))


MEMBERS = about(
    "listSegmentMembers",
    "The members whom the caller may see, the newest customers first",
    {200: shown(_MEMBERS, {"list": [_MEMBER], "total": 1, "totalExact": True, "page": 1, "size": 20})}
    | errors(400, 404),
    parameters=[
        OpenApiParameter("cursor", str, description="Empty to begin, then nextCursor: in order of ids, any depth.")
    ],
    description="Customers with all that is known of them: the customer list with segmentId.",
)
EXPORT = about(
    "exportSegmentMembers",
    "Take the members of a segment along as a file",
    {**FILES, **errors(400, 404, 422)},
    parameters=[FORMAT, _INCLUDE],
    description="Whom the caller may see, by id, a million at most (a workbook: 100,000); those whom"
    " the segment showed when it began. Headings by Accept-Language. A list, or a transfer, can be made of it again.",
)
ADD = about(
    "addSegmentMembers",
    "Put customers on a list",
    {200: shown(_MOVES, _MOVED), **errors(400, 404, 409, 413, 415, 422)},
    request=NamedSerializer,
    parameters=[KEYED],
    description="Only of static segments. Who is deleted is left out.",
)
REMOVE = ADD | {"operation_id": "removeSegmentMembers", "summary": "Take customers off a list", "parameters": []}
SIZES = about(
    "listSegmentSizes",
    "The size of a segment, day by day",
    {200: shown(_list(shape(day=_DAY, size=_ID, entered=_ID, left=_ID)), {"list": [_SIZE]}), **errors(400, 404)},
    parameters=[OpenApiParameter("days", {"type": "integer", "minimum": 1, "maximum": 366, "default": 30})],
)
OF_CUSTOMER = about(
    "listCustomerSegments",
    "The segments a customer is in, and was",
    {200: shown(_list(_STAYS), {"list": [_STAY]}), **errors(400, 404)},
)
PREVIEW = about(
    "previewSegment",
    "How many and whom a condition finds now",
    {
        200: shown(shape(count=_ID, sample=many({"type": "object"}), asOf=_TIME), _PREVIEW),
        **errors(400, 404, 413, 415, 422),
    },
    request=DocumentSerializer,
    description="The exact number of customers whom the caller may see, and the newest 20, of one moment. With"
    " segmentId it is refused what would make that segment ask itself.",
)
