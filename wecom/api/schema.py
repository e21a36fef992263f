"""What the OpenAPI document says of the message archive's door."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from core.openapi import errors
from wecom.api.serializers import ArchiveSerializer, BatchSerializer

_TAGS = ["follow-ups"]
_EXAMPLE = {
    "list": [
        {
            "seq": 196,
            "msgid": "5702551662099334532_1619511584_external",
            "action": "send",
            "from": "ZhangSan",
            "tolist": ["wmEAAAAAA1"],
            "roomid": "",
            "msgtime": 1619511584444,
            "msgtype": "text",
        }
    ],
    "latestSeq": 196,
}
STATE: dict[str, Any] = {
    "operation_id": "message_archive_read",
    "tags": _TAGS,
    "summary": "How far the message archive has been read",
    "description": "A bridge asks WeCom's SDK for what lies behind seq.",
    "responses": {200: ArchiveSerializer, **errors(400, 404)},
}
TAKE: dict[str, Any] = {
    "operation_id": "message_archive_take",
    "tags": _TAGS,
    "summary": "Bring up to 1,000 messages of the archive, without what they say",
    "description": "Keys are WeCom's own; a key with content is refused. What lies at seq or before it is passed over,"
    " so a batch may be sent again. Messages between an employee and a customer, outside group chats, become"
    " communications: one for each pair, direction and hour.",
    "request": BatchSerializer,
    "responses": {200: ArchiveSerializer, **errors(400, 409, 413, 415, 422)},
    "examples": [OpenApiExample("request", _EXAMPLE, request_only=True)],
}
