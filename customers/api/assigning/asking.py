"""What the doors of assignments may be asked: which part of those who wait, and filters of the history."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers

from core.serializers import CamelSerializer
from customers.api.serializers import MAX_ID
from customers.assigning.planning import MOST
from customers.models import Assignment


class WindowSerializer(CamelSerializer):
    """Which part of those who wait: after which id, and how many."""

    after: Any = serializers.IntegerField(min_value=0, max_value=MAX_ID, required=False)
    size: Any = serializers.IntegerField(min_value=1, max_value=MOST, required=False)


class AssignmentFilter(filters.FilterSet):
    """Filters of the history."""

    customerId = filters.NumberFilter(field_name="customer_id", min_value=1, max_value=MAX_ID)
    employeeId = filters.NumberFilter(field_name="employee_id", min_value=1, max_value=MAX_ID)
    ruleId = filters.NumberFilter(field_name="rule_id", min_value=1, max_value=MAX_ID)
    runId = filters.CharFilter(field_name="run_id", max_length=36)

    class Meta:
        model = Assignment
        fields: tuple[str, ...] = ()
