"""What the OpenAPI document says of handing group chats over."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import KEYED, errors, listed, shape
from groups.api.serializers import NewGroupTransferSerializer
from groups.api.shapes import _ID, _TEXT, _TIME, _maybe
from groups.api.tag_schema import writing
from groups.models import GroupTransferItem, GroupTransferJob
from groups.transfers.report import STATES

_COUNTS = shape(**dict.fromkeys(STATES, _ID))
_REASON = shape(state=_TEXT, reason=_TEXT, errorCode=_maybe("integer"), count=_ID)
_LISTED: dict[str, Any] = {
    "id": _ID,
    "takerId": _ID,
    "takerName": _TEXT,
    "state": {"type": "string", "enum": GroupTransferJob.State.values},
    "actor": _TEXT,
    "errorCode": _maybe("integer", description="why the last call as a whole was refused"),
    "version": _ID,
    "createTime": _TIME,
    "startedAt": _maybe("string", format="date-time"),
    "finishedAt": _maybe("string", format="date-time"),
    "counts": _COUNTS,
}
_JOB = shape(**(_LISTED | {"reasons": {"type": "array", "items": _REASON}}))
_ITEM = shape(
    id=_ID,
    groupId=_ID,
    chatId=_TEXT,
    name=_TEXT,
    ownerId=_maybe("integer"),
    ownerName=_maybe("string"),
    leaver={"type": "boolean", "description": "by WeCom's call for leavers"},
    state={"type": "string", "enum": GroupTransferItem.State.values},
    reason={"type": "string", "description": "why it can't go, by our own check; empty otherwise"},
    errorCode=_maybe("integer", description="why WeCom refused"),
    attempts=_ID,
    dueAt=_maybe("string", format="date-time", description="not before then"),
    sentAt=_maybe("string", format="date-time"),
    settledAt=_maybe("string", format="date-time"),
)
_JOB_EXAMPLE: dict[str, Any] = {
    "id": 3,
    "takerId": 9,
    "takerName": "李小红",
    "state": "draft",
    "actor": "user:1",
    "errorCode": None,
    "version": 1,
    "createTime": "2026-10-01T02:30:00Z",
    "startedAt": None,
    "finishedAt": None,
    "counts": dict.fromkeys(STATES, 0) | {"planned": 38, "blocked": 2},
    "reasons": [{"state": "blocked", "reason": "same_owner", "errorCode": None, "count": 2}],
}
_ITEM_EXAMPLE = {
    "id": 20,
    "groupId": 12,
    "chatId": "wrAAAAAA1",
    "name": "华北客户群",
    "ownerId": 7,
    "ownerName": "王小明",
    "leaver": True,
    "state": "failed",
    "reason": "",
    "errorCode": 90500,
    "attempts": 1,
    "dueAt": None,
    "sentAt": "2026-10-01T02:31:00Z",
    "settledAt": "2026-10-01T02:31:01Z",
}
_ONE = OpenApiResponse(_JOB, examples=[OpenApiExample("job", _JOB_EXAMPLE, response_only=True)])


def _page(shape: dict[str, Any], example: dict[str, Any]) -> OpenApiResponse:
    page = {"list": [example], "total": 1, "totalExact": True, "page": 1, "size": 20}
    return OpenApiResponse(listed(shape), examples=[OpenApiExample("answer", page, response_only=True)])


def _reading(operation: str, summary: str, answer: Any, *refusals: int) -> dict[str, Any]:
    responses = {200: answer, **errors(400, *refusals)}
    return {"operation_id": operation, "tags": ["groups"], "summary": summary, "responses": responses}


def _act(operation: str, summary: str, about: str) -> dict[str, Any]:
    return writing(operation, summary, None, {200: _ONE}, about=about, parameters=[KEYED])


_SHORT = {name: value for name, value in _JOB_EXAMPLE.items() if name in _LISTED}
LIST = _reading("listGroupTransfers", "Handovers of group chats, the newest first", _page(shape(**_LISTED), _SHORT))
DETAIL = _reading("getGroupTransfer", "One handover with its sheet", _ONE, 404)
ITEMS = _reading("listGroupTransferItems", "The group chats of a handover", _page(_ITEM, _ITEM_EXAMPLE), 404)
NEW = writing(
    "createGroupTransfer",
    "Look through group chats for a handover to another owner",
    NewGroupTransferSerializer,
    {201: _ONE},
    about="Name the groups by groupIds, by ownerId (all that aren't dismissed: what a leaver leaves) or by filter"
    " (the parameters of the list). The answer is the sheet: planned ones can go, blocked ones can't, with the reason."
    " Nothing is sent before it is started.",
    example={"takerId": 9, "ownerId": 7},
    parameters=[KEYED],
)
START = _act(
    "startGroupTransfer",
    "Start a handover, or go on with a paused one",
    "A hundred groups a call, 300 a day of one owner; the rest follows the next day.",
)
PAUSE = _act("pauseGroupTransfer", "Pause a handover", "What is on its way arrives; nothing more is sent.")
CANCEL = _act("cancelGroupTransfer", "Call a handover off", "What was sent stays; nothing more is sent.")
