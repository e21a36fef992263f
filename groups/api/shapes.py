"""The shapes in which group chats leave, for the OpenAPI document."""

from typing import Any

from core.openapi import listed, listed_or_read_on, shape
from groups.choices import ChatStatus, MemberType, QuitScene

_ID = {"type": "integer"}
_TEXT = {"type": "string"}
_TIME = {"type": "string", "format": "date-time"}


def _maybe(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": [kind, "null"], **more}


_LISTED: dict[str, Any] = {
    "id": _ID,
    "corpId": _ID,
    "chatId": _TEXT,
    "name": {"type": "string", "description": "empty for a group that nobody named"},
    "ownerId": _maybe("integer"),
    "ownerName": _maybe("string"),
    "status": {
        "type": "integer",
        "enum": ChatStatus.values,
        "description": "0 normal, 1 owner left, 2 being inherited, 3 inherited, 9 dismissed",
    },
    "openedAt": _maybe("string", format="date-time"),
    "dismissedAt": _maybe("string", format="date-time"),
    "memberCount": _ID,
    "customerCount": {"type": "integer", "description": "external contacts, customers or not"},
    "version": _ID,
    "createTime": _TIME,
    "updateTime": _TIME,
    "tags": {"type": "array", "items": shape(id=_ID, name=_TEXT)},
    "joinedToday": {"type": "integer", "description": "stays that began since midnight in the company's zone"},
    "leftToday": {"type": "integer", "description": "stays that ended since then"},
}
GROUP = shape(
    **(
        _LISTED
        | {
            "notice": _TEXT,
            "admins": {"type": "array", "items": _TEXT, "description": "userids"},
            "memberVersion": _TEXT,
        }
    ),
)
_MEMBER = shape(
    id=_ID,
    userid={"type": "string", "description": "a colleague's userid or an external_userid"},
    type={"type": "integer", "enum": MemberType.values, "description": "1 colleague, 2 external contact"},
    employeeId=_maybe("integer"),
    customerId=_maybe("integer", description="null for an external contact who is nobody's customer"),
    name=_TEXT,
    groupNickname=_TEXT,
    unionid=_maybe("string"),
    joinTime=_TIME,
    joinScene=_maybe("integer", description="1 invited, 2 link, 3 QR code; others as WeCom gives them"),
    inviterUserid=_TEXT,
    inviterName=_maybe("string", description="WeCom tells the inviter only where it is a colleague"),
    state=_TEXT,
    leftAt=_maybe("string", format="date-time"),
    quitScene=_maybe(
        "integer",
        enum=[*QuitScene.values, None],
        description="0 left, 1 removed, 8 group dismissed, 9 found gone by a sync; null while it lasts",
    ),
)
GROUPS = listed_or_read_on(shape(**_LISTED))
MEMBERS = listed(_MEMBER)

GROUP_EXAMPLE = {
    "id": 12,
    "corpId": 1,
    "chatId": "wrAAAAAA1",
    "name": "华北客户群",
    "ownerId": 7,
    "ownerName": "王小明",
    "status": 0,
    "openedAt": "2026-10-01T02:30:00Z",
    "dismissedAt": None,
    "memberCount": 3,
    "customerCount": 2,
    "version": 5,
    "createTime": "2026-10-01T02:30:05Z",
    "updateTime": "2026-10-02T08:00:00Z",
    "tags": [{"id": 4, "name": "华北"}],
    "joinedToday": 1,
    "leftToday": 0,
    "notice": "",
    "admins": ["wangwu"],
    "memberVersion": "0123456789abcdef0123456789abcdef",
}
LISTED_EXAMPLE = {
    "list": [{name: value for name, value in GROUP_EXAMPLE.items() if name in _LISTED}],
    "total": 1,
    "totalExact": True,
    "page": 1,
    "size": 20,
}
MEMBERS_EXAMPLE = {
    "list": [
        {
            "id": 90,
            "userid": "wmEAAAAAA1",
            "type": 2,
            "employeeId": None,
            "customerId": 1,
            "name": "张三",
            "groupNickname": "",
            "unionid": None,
            "joinTime": "2026-10-01T02:35:00Z",
            "joinScene": 3,
            "inviterUserid": "",
            "inviterName": None,
            "state": "poster-7",
            "leftAt": None,
            "quitScene": None,
        }
    ],
    "total": 1,
    "totalExact": True,
    "page": 1,
    "size": 20,
}
BULK = shape(
    list={
        "type": "array",
        "items": {
            "type": "object",
            "required": ["groupId", "status", "added", "removed"],
            "properties": {
                "groupId": _ID,
                "status": {"type": "string", "enum": ["changed", "unchanged", "failed"]},
                "added": {"type": "array", "items": _ID},
                "removed": {"type": "array", "items": _ID},
                "code": _TEXT,
                "message": _TEXT,
            },
        },
    },
    total=_ID,
    changed=_ID,
    unchanged=_ID,
    failed=_ID,
)
BULK_EXAMPLE = {
    "list": [{"groupId": 12, "status": "changed", "added": [4], "removed": []}],
    "total": 1,
    "changed": 1,
    "unchanged": 0,
    "failed": 0,
}
