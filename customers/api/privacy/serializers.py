"""What a caller says who wants to see, take along or erase what is personal."""

from rest_framework import serializers

from core.serializers import CamelSerializer
from customers.custom import whole
from customers.privacy.unmasking import FIELDS, REASON_LENGTH

# A number, or the place of a custom field in the detail.
FIELD = f"^({'|'.join(FIELDS)}|{whole.PATTERN})$"


class UnmaskSerializer(CamelSerializer):
    """Which number or personal custom field, and why."""

    field = serializers.RegexField(FIELD)
    reason = serializers.CharField(max_length=REASON_LENGTH)


class ReasonSerializer(CamelSerializer):
    """Why; it is kept."""

    reason = serializers.CharField(max_length=REASON_LENGTH)


class EraseSerializer(ReasonSerializer):
    """Why, and once more who: there is no way back."""

    external_userid = serializers.CharField(max_length=100)
