"""How rules look on the wire, and what may be sent."""

from typing import Any

from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer
from segments.models import TagRule
from segments.rules.changing import NAME_LENGTH


class SaidField(serializers.JSONField):
    """A part of what a rule says: read by the rules, which tell where it is wrong."""


class WrittenRuleSerializer(CamelSerializer):
    """What can be written of a rule."""

    name = serializers.CharField(max_length=NAME_LENGTH)
    order = serializers.IntegerField(min_value=0, max_value=100_000, required=False)
    hourly_limit = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False)
    trigger = SaidField()
    condition = SaidField(required=False, allow_null=True)
    actions = SaidField()


class TagRuleSerializer(CamelModelSerializer):
    """A rule as it stands, with the newest of what it says and, where it is another, what is in force."""

    trigger = serializers.SerializerMethodField()
    condition = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta:
        model = TagRule
        fields = (
            "id",
            "name",
            "order",
            "hourly_limit",
            "state",
            "stopped",
            "number",
            "live_number",
            "trigger",
            "condition",
            "actions",
            "version",
            "create_time",
            "update_time",
        )
        read_only_fields = fields

    def get_trigger(self, rule: TagRule) -> dict[str, Any]:
        return self._said(rule).trigger

    def get_condition(self, rule: TagRule) -> dict[str, Any]:
        return self._said(rule).condition

    def get_actions(self, rule: TagRule) -> list[dict[str, Any]]:
        return self._said(rule).actions

    def _said(self, rule: TagRule) -> Any:
        # Prefetched by the view: a page costs one statement for all its versions.
        return next(said for said in rule.versions.all() if said.number == rule.number)
