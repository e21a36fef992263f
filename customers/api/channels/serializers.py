"""How channels look on the wire, and what may be sent."""

from typing import Any

from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer
from customers.api.serializers import MAX_ID
from customers.channels.naming import MOST_KEYS
from customers.models import Channel

_BIGGEST_WAY = 32_767


def _states() -> serializers.ListField:
    child = serializers.CharField(max_length=64, trim_whitespace=False)
    return serializers.ListField(child=child, max_length=MOST_KEYS, required=False)


def _ways() -> serializers.ListField:
    child = serializers.IntegerField(min_value=0, max_value=_BIGGEST_WAY)
    return serializers.ListField(child=child, max_length=MOST_KEYS, required=False)


class ChannelSerializer(CamelModelSerializer):
    """A channel, and which states and add ways it stands for."""

    states = serializers.ListField(child=serializers.CharField(), read_only=True)
    add_ways = serializers.ListField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = Channel
        fields = (
            *("id", "name", "states", "add_ways", "active", "order", "note", "version"),
            *("create_time", "update_time"),
        )
        read_only_fields = fields


class ChannelFactsSerializer(CamelSerializer):
    name = serializers.CharField(max_length=50)
    states = _states()
    add_ways = _ways()
    active = serializers.BooleanField(required=False)
    order: Any = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    note = serializers.CharField(max_length=200, allow_blank=True, required=False)


class NamedStateSerializer(CamelSerializer):
    """What an unknown state stands for: ``channelId`` of one that is there, or the ``name`` of a new one."""

    state = serializers.CharField(max_length=64, trim_whitespace=False)
    channel_id = serializers.IntegerField(min_value=1, max_value=MAX_ID, required=False)
    name = serializers.CharField(max_length=50, required=False)
