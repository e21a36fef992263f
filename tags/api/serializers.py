"""How tags and groups look on the wire, and what may be sent. What it means is for the rules."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer
from tags.models import Tag, TagGroup
from tags.names import NAME_LENGTH

_MOST_AT_ONCE = 100


def _id() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1)


def _ids() -> serializers.ListField:
    return serializers.ListField(child=_id(), max_length=settings.TAG_LIMIT)


def name_field() -> serializers.CharField:
    return serializers.CharField(max_length=NAME_LENGTH)


def place_field() -> Any:
    return serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


class TagSerializer(CamelModelSerializer):
    """A tag. ``useCount`` is how many customers had it at ``countedAt``: it is counted every few minutes."""

    group_name = serializers.CharField(source="group.name", read_only=True)

    class Meta:
        model = Tag
        fields = (
            "id",
            "group_id",
            "group_name",
            "wecom_id",
            "name",
            "order",
            "use_count",
            "counted_at",
            "version",
            "create_time",
            "update_time",
        )
        read_only_fields = fields


class TagGroupSerializer(CamelModelSerializer):
    """A group; ``tags`` is there where they were read with it."""

    # Not read_only, only because the OpenAPI document would then promise it in every answer.
    tags = TagSerializer(source="living_tags", many=True, required=False)

    class Meta:
        model = TagGroup
        fields = ("id", "wecom_id", "name", "order", "version", "create_time", "update_time", "tags")
        read_only_fields = fields


class TagGroupFactsSerializer(CamelSerializer):
    name = name_field()
    order = place_field()


class NewTagGroupSerializer(TagGroupFactsSerializer):
    """A group to be created, with its first tags if they are named."""

    tag_names = serializers.ListField(child=name_field(), max_length=_MOST_AT_ONCE, required=False)


class TagFactsSerializer(CamelSerializer):
    name = name_field()
    order = place_field()


class NewTagSerializer(TagFactsSerializer):
    group_id = _id()


class TagMoveSerializer(CamelSerializer):
    group_id = _id()


class TagMergeSerializer(CamelSerializer):
    into_tag_id = _id()


class TagOrderSerializer(CamelSerializer):
    tag_ids = _ids()


class TagGroupOrderSerializer(CamelSerializer):
    group_ids = _ids()
