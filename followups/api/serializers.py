"""How follow-ups look on the wire, and what may be sent."""

from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer, InstantField
from followups.models import FollowUp
from followups.writing import LENGTH


class FollowUpSerializer(CamelModelSerializer):
    """A follow-up. ``employeeId`` is whose work it was, ``actor`` who wrote it: ``user:7`` or ``api:3``."""

    employee_name = serializers.CharField(source="employee.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = FollowUp
        fields = (
            "id",
            "customer_id",
            "employee_id",
            "employee_name",
            "actor",
            "content",
            "happened_at",
            "version",
            "create_time",
            "update_time",
        )
        read_only_fields = fields


class NewFollowUpSerializer(CamelSerializer):
    """A follow-up to be written."""

    content = serializers.CharField(max_length=LENGTH)
    employee_id = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    happened_at = InstantField(required=False, allow_null=True)
