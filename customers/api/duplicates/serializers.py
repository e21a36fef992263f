"""What a caller may send to merge."""

from rest_framework import serializers

from core.serializers import CamelSerializer
from customers.api.serializers import ids_field
from customers.merging.checking import MOST


class MergeSerializer(CamelSerializer):
    """The records that go; ``preview``: only say what would be done."""

    other_ids = ids_field(MOST, min_length=1)
    preview = serializers.BooleanField(default=False)
