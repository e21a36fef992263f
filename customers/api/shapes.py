"""The shapes in which customers leave, for the OpenAPI document."""

from typing import Any

from core.openapi import listed_or_read_on
from customers.api.custom.customer_schema import VALUES
from customers.choices import ENDINGS, CustomerStatus, CustomerType, Gender, RelationStatus

FOLLOW_EXAMPLE = {
    "employeeId": 7,
    "userid": "lina",
    "remark": "张三-展会",
    "description": "想要报价",
    "remarkCorpName": "",
    "remarkMobiles": ["13800000000"],
    "addTime": "2026-10-01T02:30:00Z",
    "addWay": 1,
    "state": "qrcode",
    "status": 1,
    "endedAt": None,
    "tagIds": [12],
}
EPISODE_EXAMPLE = {
    "beganAt": "2026-10-01T02:30:00Z",
    "endedAt": None,
    "endedBy": None,
    "noticed": False,
    "addWay": 1,
    "state": "qrcode",
}
COLLABORATOR_EXAMPLE = {
    "employeeId": 9,
    "userid": "wang",
    "name": "王五",
    "by": "user:7",
    "since": "2026-10-01T02:30:00Z",
}
CUSTOMER_EXAMPLE = {
    "id": 1,
    "corpId": 1,
    "externalUserid": "wmEAAAAAA1",
    "name": "张三",
    "avatar": "https://wx.qlogo.cn/mmhead/1/0",
    "type": 1,
    "gender": 1,
    "unionid": None,
    "mobile": None,
    "province": "广东",
    "city": "深圳",
    "followUserId": 7,
    "addTime": "2026-10-01T02:30:00Z",
    "channel": "qrcode",
    "status": 1,
    "blacklisted": False,
    "stageId": 3,
    "mergedIntoId": None,
    "mergedCount": 0,
    "version": 3,
    "createTime": "2026-10-01T02:30:05Z",
    "updateTime": "2026-10-02T08:00:00Z",
    "tags": [{"id": 12, "name": "重点客户", "groupId": 3}],
    "follows": [FOLLOW_EXAMPLE],
}


def _maybe(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": [kind, "null"], **more}


_ID = {"type": "integer"}
TAG = {
    "type": "object",
    "required": ["id", "name", "groupId"],
    "properties": {"id": _ID, "name": {"type": "string"}, "groupId": _ID},
}
_PROPERTIES: dict[str, Any] = {
    "id": _ID,
    "corpId": _ID,
    "externalUserid": {"type": "string"},
    "name": _maybe("string"),
    "avatar": _maybe("string"),
    "type": {"type": "integer", "enum": CustomerType.values},
    "gender": _maybe("integer", enum=[*Gender.values, None]),
    "unionid": _maybe("string"),
    "mobile": _maybe("string"),
    "province": _maybe("string"),
    "city": _maybe("string"),
    "followUserId": _maybe("integer"),
    "addTime": _maybe("string", format="date-time"),
    "channel": _maybe("string"),
    "status": {"type": "integer", "enum": CustomerStatus.values, "description": "0 deleted, 1 normal, 2 lost"},
    "blacklisted": {"type": "boolean"},
    "stageId": _maybe("integer"),
    "mergedIntoId": _maybe("integer", description="The customer who stands for this record since a merge."),
    "mergedCount": {"type": "integer", "description": "How many other records of the person were merged into it."},
    "version": _ID,
    "createTime": {"type": "string", "format": "date-time"},
    "updateTime": {"type": "string", "format": "date-time"},
    "tags": {"type": "array", "items": TAG},
}
_FOLLOW: dict[str, Any] = {
    "employeeId": _ID,
    "userid": {"type": "string"},
    "remark": {"type": "string"},
    "description": {"type": "string"},
    "remarkCorpName": {"type": "string"},
    "remarkMobiles": {"type": "array", "items": {"type": "string"}},
    "addTime": _maybe("string", format="date-time"),
    "addWay": _maybe("integer"),
    "state": {"type": "string"},
    "status": {
        "type": "integer",
        "enum": RelationStatus.values,
        "description": "1 following, 2 ended by the employee, 3 by the customer, 4 by a transfer",
    },
    "endedAt": _maybe("string", format="date-time"),
    "tagIds": {"type": "array", "items": _ID},
}
_EPISODE: dict[str, Any] = {
    "beganAt": {"type": "string", "format": "date-time"},
    "endedAt": _maybe("string", format="date-time"),
    "endedBy": _maybe("integer", enum=[*ENDINGS, None], description="As status; null: it lasts, or nobody told how."),
    "noticed": {"type": "boolean", "description": "endedAt is when it was noticed, at the latest."},
    "addWay": _maybe("integer"),
    "state": {"type": "string"},
}
# Where it is asked for; the detail always has it.
_CUSTOM: dict[str, Any] = {"customFields": VALUES}
FOLLOW = {"type": "object", "required": list(_FOLLOW), "properties": _FOLLOW | _CUSTOM}
_EPISODES = {
    "type": "array",
    "items": {"type": "object", "required": list(_EPISODE), "properties": _EPISODE},
}
_RECORD = {"type": "integer", "description": "The record it is with: another where records were merged into it."}
_IN_FULL = _FOLLOW | {"customerId": _RECORD, "episodes": _EPISODES}
FOLLOW_IN_FULL = {"type": "object", "required": list(_IN_FULL), "properties": _IN_FULL}
FOLLOWS = {
    "type": "object",
    "required": ["list"],
    "properties": {"list": {"type": "array", "items": FOLLOW_IN_FULL}},
}
_COLLABORATOR: dict[str, Any] = {
    "employeeId": _ID,
    "userid": {"type": "string"},
    "name": {"type": "string"},
    "by": {"type": "string", "description": "user:7 or api:3"},
    "since": {"type": "string", "format": "date-time"},
}
COLLABORATORS = {
    "type": "object",
    "required": ["list"],
    "properties": {
        "list": {
            "type": "array",
            "items": {"type": "object", "required": list(_COLLABORATOR), "properties": _COLLABORATOR},
        }
    },
}
# What a write answers; who reads gets who follows as well.
WRITTEN = {"type": "object", "required": list(_PROPERTIES), "properties": _PROPERTIES}
_READ = _PROPERTIES | {"follows": {"type": "array", "items": FOLLOW}}
CUSTOMER = {"type": "object", "required": list(_READ), "properties": _READ | _CUSTOM}
_RESULT = {
    "type": "object",
    "required": ["customerId", "status", "added", "removed"],
    "properties": {
        "customerId": _ID,
        "status": {"type": "string", "enum": ["changed", "unchanged", "failed"]},
        "added": {"type": "array", "items": _ID},
        "removed": {"type": "array", "items": _ID},
        "code": {"type": "string"},
        "message": {"type": "string"},
    },
}
BULK_RESULTS = {
    "type": "object",
    "required": ["list", "total", "changed", "unchanged", "failed"],
    "properties": {
        "list": {"type": "array", "items": _RESULT},
        "total": _ID,
        "changed": _ID,
        "unchanged": _ID,
        "failed": _ID,
    },
}
LISTED = listed_or_read_on(CUSTOMER)
