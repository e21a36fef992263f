"""How group tags look on the wire, and what may be sent. What it means is for the rules."""

from typing import Any

from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer
from groups.models import GroupTag, GroupTagSet
from groups.tagging import MAX_TAGS
from tags.api.serializers import name_field, place_field

MAX_BULK = 100
MAX_CHOSEN = 1000


def whole_id(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, **options)


def ids(most: int, **options: Any) -> serializers.ListField:
    return serializers.ListField(child=whole_id(), max_length=most, **options)


class GroupTagSerializer(CamelModelSerializer):
    """A tag for group chats."""

    set_name = serializers.CharField(source="set.name", read_only=True)

    class Meta:
        model = GroupTag
        fields = ("id", "set_id", "set_name", "name", "order", "version", "create_time", "update_time")
        read_only_fields = fields


class GroupTagSetSerializer(CamelModelSerializer):
    """A set of them."""

    class Meta:
        model = GroupTagSet
        fields = ("id", "name", "order", "version", "create_time", "update_time")
        read_only_fields = fields


class GroupTagFactsSerializer(CamelSerializer):
    name = name_field()
    order = place_field()


class NewGroupTagSerializer(GroupTagFactsSerializer):
    set_id = whole_id()


class NewGroupTagSetSerializer(GroupTagFactsSerializer):
    """A set to be created, with its first tags if they are named."""

    tag_names = serializers.ListField(child=name_field(), max_length=MAX_TAGS, required=False)


class ChatTagsSerializer(CamelSerializer):
    """Both directions at once."""

    add_tag_ids = ids(MAX_TAGS, required=False)
    remove_tag_ids = ids(MAX_TAGS, required=False)


class BulkChatTagsSerializer(ChatTagsSerializer):
    """The same change for many chats."""

    group_ids = ids(MAX_BULK, min_length=1)


class NewGroupTransferSerializer(CamelSerializer):
    """A handover: to whom, and which chats, in one of three ways."""

    taker_id = whole_id(help_text="The new owner's employee id.")
    group_ids = ids(MAX_CHOSEN, required=False, min_length=1)
    owner_id = whole_id(required=False, help_text="All groups of this employee that aren't dismissed.")
    filter = serializers.DictField(
        child=serializers.CharField(max_length=1000, allow_blank=True),
        required=False,
        help_text="Parameters of the list of groups.",
    )
