"""The shapes of the figures over group chats, for the OpenAPI document."""

from typing import Any

from core.openapi import shape
from groups.api.shapes import _ID, _TEXT, _TIME, _maybe
from groups.choices import ChangeKind, QuitScene


def _plain_list(item: dict[str, Any], **more: Any) -> dict[str, Any]:
    return shape(list={"type": "array", "items": item}, **more)


_SUMS = dict.fromkeys(("joined", "left", "net", "customersJoined", "customersLeft"), _ID)
GROWTH = _plain_list(shape(day={"type": "string", "format": "date"}, **_SUMS), total=shape(**_SUMS))
_FIGURES = {"joined": 12, "left": 3, "net": 9, "customersJoined": 11, "customersLeft": 3}
GROWTH_EXAMPLE = {"list": [{"day": "2026-10-01", **_FIGURES}], "total": _FIGURES}

INVITERS = _plain_list(
    shape(
        userid=_TEXT,
        employeeId=_maybe("integer"),
        name=_maybe("string"),
        invited=_ID,
        stay={"type": "integer", "description": "of them still there"},
    )
)
INVITERS_EXAMPLE = {"list": [{"userid": "lina", "employeeId": 7, "name": "李娜", "invited": 20, "stay": 17}]}

QUITS = _plain_list(shape(quitScene={"type": "integer", "enum": QuitScene.values}, left=_ID, customers=_ID))
QUITS_EXAMPLE = {"list": [{"quitScene": 0, "left": 3, "customers": 3}]}

PERSON = shape(
    userid=_TEXT,
    customerId=_maybe("integer"),
    name=_TEXT,
    groupCount=_ID,
    groups={"type": "array", "items": shape(id=_ID, name=_TEXT)},
)
PERSON_EXAMPLE = {
    "userid": "wmEAAAAAA1",
    "customerId": 1,
    "name": "张三",
    "groupCount": 2,
    "groups": [{"id": 12, "name": "华北客户群"}, {"id": 13, "name": "老客户群"}],
}

TRAJECTORY = _plain_list(
    shape(
        kind={"type": "string", "enum": [*ChangeKind.values, "opened"]},
        at=_TIME,
        before={"type": "string", "description": "an employee's id, a status, or the text"},
        after=_TEXT,
        beforeName=_maybe("string", description="the employee's"),
        afterName=_maybe("string"),
    )
)
TRAJECTORY_EXAMPLE = {
    "list": [
        {
            "kind": "owner",
            "at": "2026-10-05T02:30:00Z",
            "before": "7",
            "after": "9",
            "beforeName": "王小明",
            "afterName": "李小红",
        }
    ]
}

FRIEND = shape(
    customerId=_ID,
    externalUserid=_TEXT,
    name=_maybe("string"),
    addTime=_maybe("string", format="date-time"),
)
FRIEND_EXAMPLE = {"customerId": 1, "externalUserid": "wmEAAAAAA1", "name": "张三", "addTime": "2026-10-01T02:30:00Z"}

_COUNTED = dict.fromkeys(
    ("newChats", "chats", "activeChats", "newMembers", "members", "activeMembers", "messages"), _ID
)
_DAY = {"day": {"type": "string", "format": "date"}, "final": {"type": "boolean"}, "errorCode": _maybe("integer")}
_OWNER = {"ownerId": _ID, "name": _TEXT, "newChats": _ID, "newMembers": _ID, "messages": _ID}
WECOM = _plain_list(shape(**(_DAY | _COUNTED)), owners={"type": "array", "items": shape(**_OWNER)})
WECOM_EXAMPLE = {
    "list": [
        {
            "day": "2026-10-01",
            "final": True,
            "errorCode": None,
            "newChats": 1,
            "chats": 40,
            "activeChats": 12,
            "newMembers": 9,
            "members": 830,
            "activeMembers": 55,
            "messages": 210,
        }
    ],
    "owners": [{"ownerId": 7, "name": "王小明", "newChats": 1, "newMembers": 9, "messages": 210}],
}
