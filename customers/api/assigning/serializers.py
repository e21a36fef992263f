"""How rules of assignment look on the wire, and what may be sent."""

from typing import Any

from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer
from customers.api.contact_ways.serializers import hour_field, id_field
from customers.assigning.checking import MOST_NAMED
from customers.choices import AddWay
from customers.contact_ways.checking import NAME_LENGTH
from customers.models import AssignmentRule


def _ids() -> serializers.ListField:
    return serializers.ListField(child=id_field(), max_length=MOST_NAMED, required=False)


def _number(most: int, least: int = 0) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=least, max_value=most, required=False, allow_null=True)


class WeekdaysField(serializers.ListField):
    """Weekdays as numbers; kept as text."""

    child: Any = serializers.IntegerField(min_value=1, max_value=7)

    def to_internal_value(self, data: Any) -> Any:
        return "".join(map(str, sorted(set(super().to_internal_value(data)))))

    def to_representation(self, data: Any) -> list[int]:
        return [int(day) for day in data]


class RuleSerializer(CamelSerializer):
    """What can be written of a rule."""

    name = serializers.CharField(max_length=NAME_LENGTH)
    order = serializers.IntegerField(min_value=0, max_value=100_000, required=False)
    active = serializers.BooleanField(required=False)
    channel_id = id_field(required=False, allow_null=True)
    unnamed_state = serializers.BooleanField(required=False)
    add_way: Any = serializers.ChoiceField(choices=AddWay.choices, required=False, allow_null=True)
    also_lost = serializers.BooleanField(required=False)
    strategy = serializers.ChoiceField(choices=AssignmentRule.Strategy.choices, required=False)
    employee_ids = _ids()
    department_ids = _ids()
    capacity: Any = _number(1_000_000)
    day_cap: Any = _number(100_000)
    weekdays = WeekdaysField(min_length=1, max_length=7, required=False)
    start = hour_field()
    end = hour_field()
    spare_employee_id = id_field(source="spare_id", required=False, allow_null=True)


class AssignmentRuleSerializer(RuleSerializer, CamelModelSerializer):
    """A rule as it stands."""

    class Meta:
        model = AssignmentRule
        fields = (
            "id",
            "name",
            "order",
            "active",
            "channel_id",
            "unnamed_state",
            "add_way",
            "also_lost",
            "strategy",
            "employee_ids",
            "department_ids",
            "capacity",
            "day_cap",
            "weekdays",
            "start",
            "end",
            "spare_employee_id",
            "version",
            "create_time",
            "update_time",
        )
        read_only_fields = ("id", "version", "create_time", "update_time")
