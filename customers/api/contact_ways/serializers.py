"""How contact ways look on the wire, and what may be sent."""

from typing import Any

from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer
from customers.api.serializers import MAX_ID
from customers.contact_ways.checking import MOST_PEOPLE, MOST_TAGS, NAME_LENGTH, Shift
from customers.models import ContactWay, ContactWayMember

_MOST_ROWS = 5 * MOST_PEOPLE
_HOUR = "%H:%M"


def id_field(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=MAX_ID, **options)


def hour_field() -> serializers.TimeField:
    return serializers.TimeField(format=_HOUR, input_formats=[_HOUR], required=False, allow_null=True)


class MemberSerializer(CamelSerializer):
    """One row of who serves and when: an employee or a department."""

    employee_id = id_field(required=False, allow_null=True)
    department_id = id_field(required=False, allow_null=True)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), min_length=1, max_length=7, required=False
    )
    start = hour_field()
    end = hour_field()
    day_cap: Any = serializers.IntegerField(min_value=0, max_value=100_000, required=False, allow_null=True)

    def to_representation(self, row: ContactWayMember) -> dict[str, Any]:
        hour = {name: value and value.strftime(_HOUR) for name, value in (("start", row.start), ("end", row.end))}
        return {
            "employeeId": row.employee_id,
            "departmentId": row.department_id,
            "weekdays": [int(day) for day in row.weekdays],
            **hour,
            "dayCap": row.day_cap,
        }


def shifts(rows: list[dict[str, Any]]) -> list[Shift]:
    """What was sent as ``members``, as the rules take it."""
    found = []
    for row in rows:
        days = row.pop("weekdays", range(1, 8))
        found.append(Shift(weekdays="".join(map(str, sorted(set(days)))), **row))
    return found


class ContactWaySerializer(CamelModelSerializer):
    """A contact way. ``state`` is what its customers bring along; ``serving`` is who WeCom was last told is on it."""

    spare_employee_id = serializers.IntegerField(source="spare_id", read_only=True, allow_null=True)
    members = MemberSerializer(many=True, read_only=True)
    tag_ids = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    error = serializers.CharField(source="last_error", read_only=True)
    serving = serializers.SerializerMethodField()

    class Meta:
        model = ContactWay
        fields = (
            "id",
            "channel_id",
            "name",
            "state",
            "type",
            "scene",
            "skip_verify",
            "tag_ids",
            "remark_template",
            "welcome_text",
            "spare_employee_id",
            "members",
            "status",
            "config_id",
            "qr_code",
            "error_code",
            "error",
            "serving",
            "version",
            "create_time",
            "update_time",
        )
        read_only_fields = fields

    def get_serving(self, row: ContactWay) -> dict[str, list[int]]:
        return {
            "employeeIds": row.serving.get("employees", []),
            "departmentIds": row.serving.get("departments", []),
        }


class ContactWayFactsSerializer(CamelSerializer):
    """What can be changed; ``members`` replaces all rows."""

    channel_id = id_field()
    name = serializers.CharField(max_length=NAME_LENGTH)
    skip_verify = serializers.BooleanField(required=False)
    tag_ids = serializers.ListField(child=id_field(), max_length=MOST_TAGS, required=False)
    remark_template = serializers.CharField(max_length=40, allow_blank=True, required=False)
    welcome_text = serializers.CharField(max_length=1000, allow_blank=True, required=False)
    spare_employee_id = id_field(source="spare_id", required=False, allow_null=True)
    members = MemberSerializer(many=True)

    def validate_members(self, rows: list[Any]) -> list[Any]:
        if len(rows) > _MOST_ROWS:
            raise serializers.ValidationError(f"{len(rows)} > {_MOST_ROWS}", code="max_length")
        return rows


class NewContactWaySerializer(ContactWayFactsSerializer):
    """A code to be made; ``type`` and ``scene`` stay as they are for ever."""

    type = serializers.ChoiceField(choices=ContactWay.Type.choices, required=False)
    scene = serializers.ChoiceField(choices=ContactWay.Scene.choices, required=False)
