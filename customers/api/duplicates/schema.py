"""What the OpenAPI document says of possible duplicates and of merging."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from core.openapi import KEYED, errors, many, shape, shown
from core.pagination import SIZE_DEFAULT, SIZE_MAX
from customers.api.duplicates.serializers import MergeSerializer
from customers.choices import PairState, Reason, Source

_ID: dict[str, Any] = {"type": "integer"}
_TEXT: dict[str, Any] = {"type": "string"}
_TIME: dict[str, Any] = {"type": "string", "format": "date-time"}
_NO_TIME: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
_REASONS = many({"type": "string", "enum": [reason.name.lower() for reason in Reason]})
_PERSON = {
    "id": _ID,
    "externalUserid": _TEXT,
    "name": {"type": ["string", "null"]},
    "followUserId": {"type": ["integer", "null"]},
    "addTime": _NO_TIME,
}
_PAIR = shape(
    id=_ID,
    state={"type": "string", "enum": PairState.values},
    reasons=_REASONS,
    confidence={"type": "string", "enum": ["high", "low"], "description": "low: nothing but names speaks for it."},
    customers=many(shape(**_PERSON)),
    foundAt=_TIME,
    dismissedAt=_NO_TIME,
    dismissedBy=_TEXT,
)
_PAGE = shape(list=many(_PAIR), size=_ID, nextCursor={"type": ["string", "null"]})
_PLAN = shape(
    customers=many(shape(**_PERSON, followers=_ID, tags=_ID)),
    takes=many(shape(field=_TEXT, fromId=_ID)),
    stays=many(shape(field=_TEXT, customerIds=many(_ID))),
    reasons=_REASONS,
)
_MERGE = shape(
    id=_ID,
    keptId=_ID,
    otherIds=many(_ID),
    filled=many(_TEXT),
    source={"type": "string", "enum": Source.values},
    actor=_TEXT,
    createTime=_TIME,
    undoneAt=_NO_TIME,
    undoneBy=_TEXT,
    left=many(_TEXT) | {"description": "Filled in by the merge and changed since: undoing left them alone."},
)
_MAYBE_MERGE = _MERGE | {"type": ["object", "null"]}

_FIRST = {"externalUserid": "wmEAAAAAA1", "followUserId": 7, "addTime": "2026-10-01T02:30:00Z"}
_SECOND = {"externalUserid": "wmEAAAAAA2", "followUserId": 8, "addTime": "2026-11-01T02:30:00Z"}
_PEOPLE = [{"id": 1, "name": "张三"} | _FIRST, {"id": 9, "name": "张三(新号)"} | _SECOND]
_A_PAIR = {
    "id": 4,
    "state": "open",
    "reasons": ["mobile"],
    "confidence": "high",
    "customers": _PEOPLE,
    "foundAt": "2026-11-02T02:30:00Z",
    "dismissedAt": None,
    "dismissedBy": "",
}
_A_PLAN = {
    "customers": [person | {"followers": 1, "tags": 2} for person in _PEOPLE],
    "takes": [{"field": "city", "fromId": 9}],
    "stays": [{"field": "name", "customerIds": [9]}],
    "reasons": ["mobile"],
}
_A_MERGE = {
    "id": 3,
    "keptId": 1,
    "otherIds": [9],
    "filled": ["city"],
    "source": "api",
    "actor": "api:3",
    "createTime": "2026-11-03T02:30:00Z",
    "undoneAt": None,
    "undoneBy": "",
    "left": [],
}


def _about(operation: str, summary: str, answers: dict[int, Any], **more: Any) -> dict[str, Any]:
    return {"operation_id": operation, "tags": ["duplicates"], "summary": summary, "responses": answers, **more}


LIST = _about(
    "listDuplicates",
    "Records that may be one person's, the newest found first",
    {200: shown(_PAGE, {"list": [_A_PAIR], "size": 20, "nextCursor": None}), **errors(400)},
    parameters=[
        OpenApiParameter("state", {"type": "string", "enum": PairState.values, "default": "open"}),
        OpenApiParameter("cursor", str, description="nextCursor of the answer before."),
        OpenApiParameter("size", {"type": "integer", "minimum": 1, "maximum": SIZE_MAX, "default": SIZE_DEFAULT}),
    ],
    description="Found some minutes after a change, by unionid and by phone numbers, also those in remarks. The numbers"
    " themselves aren't told here.",
)
DISMISS = _about(
    "dismissDuplicate",
    "Say that two records aren't one person's",
    {200: shown(_PAIR, _A_PAIR | {"state": "dismissed"}), **errors(400, 404, 409, 422)},
    request=None,
    parameters=[KEYED],
    description="They come back for another reason only. Twice is once.",
)
MERGE = _about(
    "mergeCustomers",
    "Let a customer stand for other records of the same person",
    {
        200: shown(shape(plan=_PLAN, merge=_MAYBE_MERGE), {"plan": _A_PLAN, "merge": _A_MERGE}),
        **errors(400, 404, 409, 413, 415, 422),
    },
    request=MergeSerializer,
    parameters=[KEYED],
    description="The others are hidden and name it in mergedIntoId; what they have stays theirs, and WeCom's readings"
    " go on with them. What the kept one lacks of name, avatar, gender, unionid, mobile, province and city it takes"
    " from them. Records customer.merged for each. With preview nothing is written, and merge is null.",
    examples=[OpenApiExample("request", {"otherIds": [9], "preview": True}, request_only=True)],
)
UNDO = _about(
    "undoMerge",
    "Part what was merged",
    {
        200: shown(_MERGE, _A_MERGE | {"undoneAt": "2026-11-04T02:30:00Z", "undoneBy": "api:3"}),
        **errors(400, 404, 409, 422),
    },
    request=None,
    parameters=[KEYED],
    description="Everything the merge did is taken back; what somebody has changed since stays, and is named in left."
    " Records customer.unmerged for each. Twice is once.",
)
