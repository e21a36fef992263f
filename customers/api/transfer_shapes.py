"""The shapes in which transfers leave, for the OpenAPI document."""

from typing import Any

from core.openapi import listed, shape
from customers.choices import ItemState, JobState, TransferKind
from customers.transfers.reading import COUNTS

_ID = {"type": "integer"}
_TEXT = {"type": "string"}
_TIME = {"type": ["string", "null"], "format": "date-time"}
_MAYBE_ID = {"type": ["integer", "null"]}


_JOB: dict[str, Any] = {
    "id": _ID,
    "corpId": _ID,
    "kind": {"type": "string", "enum": TransferKind.values},
    "handoverId": _ID,
    "handoverName": _TEXT,
    "takerIds": {"type": "array", "items": _ID},
    "message": _TEXT,
    "state": {"type": "string", "enum": JobState.values},
    "askedBy": _TEXT,
    "errorCode": {"type": ["integer", "null"], "description": "WeCom's, while it rests because of it"},
    "createTime": {"type": "string", "format": "date-time"},
    "startedAt": _TIME,
    "finishedAt": _TIME,
    "nextLookAt": _TIME | {"description": "when it is worked on next"},
    "counts": shape(**dict.fromkeys(COUNTS, _ID)),
    "total": _ID,
    "share": {"type": ["integer", "null"], "description": "per cent of those who can go whose outcome is known"},
}
_STATE = {"type": "string", "enum": ItemState.values}
_WHY = shape(state=_STATE, reason=_TEXT, message=_TEXT, number=_ID)
_LINE = shape(line=_ID, code=_TEXT)
JOB = shape(
    **(
        _JOB
        | {
            "reasons": {"type": "array", "items": _WHY},
            "badLines": {"type": "integer", "description": "of the list given, lines that name nobody"},
            "lines": {"type": "array", "items": _LINE, "description": "the first 200 of them"},
        }
    ),
)
JOBS = listed(shape(**_JOB))
ITEMS = listed(
    shape(
        id=_ID,
        customerId=_ID,
        externalUserid=_TEXT,
        takerId=_MAYBE_ID,
        state=_STATE,
        reason=_TEXT,
        errorCode=_MAYBE_ID,
        sentAt=_TIME,
        takeoverTime=_TIME | {"description": "while it waits the moment to come, then when it was"},
        settledAt=_TIME,
        carriedAt=_TIME | {"description": "when notes and tags were carried over"},
        message={"type": "string", "description": "the reason in words"},
    )
)
COUNTS_EXAMPLE = dict.fromkeys(COUNTS, 0) | {"excluded": 12, "waiting": 100, "done": 118}
JOB_EXAMPLE = {
    "id": 3,
    "corpId": 1,
    "kind": "leaver",
    "handoverId": 7,
    "handoverName": "林娜",
    "takerIds": [8, 9],
    "message": "",
    "state": "running",
    "askedBy": "user:2",
    "errorCode": None,
    "createTime": "2026-11-20T02:00:00Z",
    "startedAt": "2026-11-20T02:05:00Z",
    "finishedAt": None,
    "nextLookAt": "2026-11-20T02:35:00Z",
    "counts": COUNTS_EXAMPLE,
    "total": 230,
    "share": 54,
    "reasons": [{"state": "excluded", "reason": "blacklisted", "message": "该客户在黑名单中。", "number": 12}],
    "badLines": 1,
    "lines": [{"line": 4, "code": "customer_unknown"}],
}
ITEM_EXAMPLE = {
    "id": 31,
    "customerId": 4711,
    "externalUserid": "wmEAAAAAA1",
    "takerId": 8,
    "state": "waiting",
    "reason": "",
    "errorCode": None,
    "sentAt": "2026-11-20T02:05:01Z",
    "takeoverTime": "2026-11-21T02:05:01Z",
    "settledAt": None,
    "carriedAt": None,
    "message": "",
}
