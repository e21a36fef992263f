"""The shapes that a caller may send. What they mean is for the rules."""

import datetime as dt
from typing import Any

from rest_framework import serializers

from core.serializers import CamelSerializer, InstantField
from customers.blacklist import REASON_LENGTH
from customers.choices import CustomerStatus, CustomerType, Gender
from customers.collaborating import MOST as MOST_COLLABORATORS
from customers.remarks import LENGTHS
from customers.tagging import MAX_TAGS

MAX_ID = 2**63 - 1
MAX_BULK = 100
MAX_MOBILES = 10


def id_field(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=MAX_ID, **options)


def _text(length: int) -> serializers.CharField:
    return serializers.CharField(max_length=length, required=False, allow_null=True, allow_blank=True)


def _note(column: str) -> serializers.CharField:
    return serializers.CharField(max_length=LENGTHS[column], required=False, allow_blank=True)


class _IdList(serializers.ListField):
    """Ids as nearly every request has them are looked at together; whatever else comes goes by the child."""

    def to_internal_value(self, data: Any) -> Any:
        if type(data) is list and data and all(type(one) is int and 0 < one <= MAX_ID for one in data):
            return list(data)
        return super().to_internal_value(data)


def ids_field(most: int, **options: Any) -> serializers.ListField:
    return _IdList(child=id_field(), max_length=most, **options)


class _WholeSeconds(InstantField):
    """Times leave in whole seconds, so they come in so too: a reading sent back must not be a change."""

    def to_internal_value(self, value: Any) -> dt.datetime:
        return super().to_internal_value(value).replace(microsecond=0)


class CustomerSerializer(CamelSerializer):
    """A customer as it may be written; ``PATCH`` takes any part of it."""

    name = _text(100)
    avatar = serializers.URLField(max_length=255, required=False, allow_null=True, allow_blank=True)
    type = serializers.ChoiceField(choices=CustomerType.choices, required=False)
    gender = serializers.ChoiceField(choices=Gender.choices, required=False, allow_null=True)
    unionid = _text(100)
    mobile = _text(20)
    province = _text(50)
    city = _text(50)
    follow_user_id = id_field(required=False, allow_null=True)
    add_time = _WholeSeconds(required=False, allow_null=True)
    channel = _text(50)
    status = serializers.ChoiceField(choices=CustomerStatus.choices, required=False)


class NewCustomerSerializer(CustomerSerializer):
    """A customer to be created. ``corpId``, which the original required, may be left out: it is the caller's."""

    corp_id = id_field(required=False)
    # Not trimmed: an id with blanks is a mistake to be told, not another customer's id.
    external_userid = serializers.CharField(max_length=100, trim_whitespace=False)


class TagChangeSerializer(CamelSerializer):
    """``{tagIds}`` as in the original, or both directions at once; for one follower, or for the main one."""

    tag_ids = ids_field(MAX_TAGS, required=False)
    add_tag_ids = ids_field(MAX_TAGS, required=False)
    remove_tag_ids = ids_field(MAX_TAGS, required=False)
    follow_user_id = id_field(required=False, allow_null=True)


class TagRemovalSerializer(CamelSerializer):
    tag_ids = ids_field(MAX_TAGS, min_length=1)
    follow_user_id = id_field(required=False, allow_null=True)


class RemarkSerializer(CamelSerializer):
    """What an employee noted; ``remarkMobiles`` replaces the old list."""

    remark = _note("remark")
    description = _note("description")
    remark_corp_name = _note("remark_corp_name")
    remark_mobiles = serializers.ListField(
        child=serializers.RegexField(r"^[0-9+ -]{1,20}$"), max_length=MAX_MOBILES, required=False
    )


class BlacklistSerializer(CamelSerializer):
    """Why a person is on the blacklist, and until when; without an end until somebody takes them off."""

    reason = serializers.CharField(max_length=REASON_LENGTH)
    until = _WholeSeconds(required=False, allow_null=True)


class CollaboratorsSerializer(CamelSerializer):
    """Who shall, or shall no more, read along."""

    employee_ids = ids_field(MOST_COLLABORATORS, min_length=1)


class BulkTagSerializer(CamelSerializer):
    """The same change for many customers."""

    customer_ids = ids_field(MAX_BULK, min_length=1)
    add_tag_ids = ids_field(MAX_TAGS, required=False)
    remove_tag_ids = ids_field(MAX_TAGS, required=False)
    follow_user_id = id_field(required=False, allow_null=True)
