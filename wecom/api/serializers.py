"""What a bridge to the message archive may send, and what it is told."""

from typing import Any

from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer
from wecom.archive.taking import LIMIT
from wecom.models import MessageArchive

_ID: dict[str, Any] = {"max_length": 100}
# The year 2100 in milliseconds: beyond it no time can be made of it.
_LAST = 4_102_444_800_000


class MessageSerializer(CamelSerializer):
    """A message by WeCom's own names, without what it says: any other key is refused."""

    seq = serializers.IntegerField(min_value=1)
    msgid = serializers.CharField(max_length=200)
    action = serializers.CharField(max_length=20)
    tolist: Any = serializers.ListField(child=serializers.CharField(**_ID), max_length=2_000)
    roomid = serializers.CharField(required=False, allow_blank=True, **_ID)
    msgtime = serializers.IntegerField(min_value=0, max_value=_LAST)
    msgtype = serializers.CharField(required=False, allow_blank=True, max_length=40)

    def get_fields(self) -> dict[str, serializers.Field]:
        # A word of Python's.
        return {**super().get_fields(), "from": serializers.CharField(**_ID)}


_BOUNDS: dict[str, Any] = {"max_length": LIMIT}


class BatchSerializer(CamelSerializer):
    """``latestSeq``: the newest place the bridge knows of."""

    list: Any = MessageSerializer(many=True, **_BOUNDS)
    latest_seq = serializers.IntegerField(min_value=0, required=False)


class ArchiveSerializer(CamelModelSerializer):
    """How far the archive has been read: ask for what lies behind ``seq``."""

    behind = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = MessageArchive
        fields = ("source", "active", "seq", "latest_seq", "behind", "read_at", "message_at", "messages", "counted")
        read_only_fields = fields
