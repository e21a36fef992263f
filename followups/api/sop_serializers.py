"""How timelines, SOPs and reminders look on the wire, and what may be sent."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer, InstantField
from followups.api.words import WordsField
from followups.choices import StopReason, StopState
from followups.models import Reminder, SopEnrolment, SopStop, TimelineEntry
from followups.reminding import LENGTH


class EntrySerializer(CamelModelSerializer):
    """One thing that happened. ``facts`` holds ids, numbers and codes of the event, by its names."""

    employee_name = serializers.CharField(read_only=True, allow_null=True)
    facts = serializers.DictField(read_only=True)

    class Meta:
        model = TimelineEntry
        fields = ("id", "customer_id", "kind", "at", "employee_id", "employee_name", "facts", "source", "actor")
        read_only_fields = fields


class StopSerializer(CamelModelSerializer):
    reason = serializers.ChoiceField(StopReason.choices, read_only=True)
    state = serializers.ChoiceField(StopState.choices, read_only=True)

    class Meta:
        model = SopStop
        fields = ("reason", "state", "create_time")
        read_only_fields = fields


class SopSerializer(CamelModelSerializer):
    """A customer in an SOP. ``stop``: that the operation service has been, or is to be, asked to end it."""

    stop = serializers.SerializerMethodField()

    class Meta:
        model = SopEnrolment
        fields = (
            *("id", "customer_id", "enrolment_id", "sop_id", "name", "step", "steps"),
            *("state", "why", "since", "until", "goal_tag_id", "stop"),
        )
        read_only_fields = fields

    @extend_schema_field(StopSerializer(allow_null=True))
    def get_stop(self, row: SopEnrolment) -> Any:
        # Read with the page: there is one at most.
        stops = list(row.stops.all())
        return StopSerializer(stops[0]).data if stops else None


class ReminderSerializer(CamelModelSerializer):
    """That somebody is to do something for a customer. With ``enrolmentId`` and ``step`` an SOP asks for it."""

    employee_name = serializers.CharField(source="employee.name", read_only=True, allow_null=True, default=None)
    customer_name = serializers.CharField(source="customer.name", read_only=True, allow_null=True, default=None)
    content = WordsField()

    class Meta:
        model = Reminder
        fields = (
            *("id", "customer_id", "customer_name", "employee_id", "employee_name", "enrolment_id", "step", "content"),
            *("due_at", "state", "settled_at", "settled_by", "source", "version"),
        )
        read_only_fields = fields


class NewReminderSerializer(CamelSerializer):
    """A reminder to be asked for."""

    content = serializers.CharField(max_length=LENGTH)
    due_at = InstantField()
    employee_id = serializers.IntegerField(min_value=1, required=False, allow_null=True)
