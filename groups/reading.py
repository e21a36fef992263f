"""Group chats and their members as the wire carries them: columns instead of objects, one statement for a page."""

from collections.abc import Iterable
from typing import Any

# Wire name → column.
LISTED = {
    "id": "id",
    "corpId": "corp_id",
    "chatId": "chat_id",
    "name": "name",
    "ownerId": "owner_id",
    "ownerName": "owner__name",
    "status": "status",
    "openedAt": "opened_at",
    "dismissedAt": "dismissed_at",
    "memberCount": "member_count",
    "customerCount": "customer_count",
    "version": "version",
    "createTime": "create_time",
    "updateTime": "update_time",
}
DETAIL = LISTED | {"notice": "notice", "admins": "admins", "memberVersion": "member_version"}
MEMBER = {
    "id": "id",
    "userid": "userid",
    "type": "type",
    "employeeId": "employee_id",
    "customerId": "customer_id",
    "name": "name",
    "groupNickname": "group_nickname",
    "unionid": "unionid",
    "joinTime": "join_time",
    "joinScene": "join_scene",
    "inviterUserid": "inviter_userid",
    "state": "state",
    "leftAt": "left_at",
    "quitScene": "quit_scene",
}


def wired(rows: Any, shape: dict[str, str]) -> Any:
    """The queryset with the columns of a shape, as tuples."""
    return rows.values_list(*shape.values())


def named(rows: Iterable[Any], shape: dict[str, str]) -> list[dict[str, Any]]:
    """Such tuples as wire values."""
    return [dict(zip(shape, row, strict=True)) for row in rows]
