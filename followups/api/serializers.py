"""How follow-ups look on the wire, and what may be sent."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer, InstantField
from followups.api.words import WordsField
from followups.choices import FollowUpKind, FollowUpOutcome
from followups.models import FollowUp, FollowUpAttachment, FollowUpVersion
from followups.texts import LENGTH

KIND, OUTCOME = FollowUpKind.choices, FollowUpOutcome.choices


class AttachmentSerializer(CamelModelSerializer):
    """A file of a follow-up: ``GET …/attachments/:id`` brings it."""

    class Meta:
        model = FollowUpAttachment
        fields = ("id", "name", "content_type", "size", "actor", "create_time")
        read_only_fields = fields


class FollowUpSerializer(CamelModelSerializer):
    """A follow-up. ``employeeId`` is whose work it was, ``actor`` who wrote it: ``user:7`` or ``api:3``."""

    employee_name = serializers.CharField(source="employee.name", read_only=True, allow_null=True, default=None)
    content = WordsField()
    mention_ids = serializers.SerializerMethodField()
    attachments = AttachmentSerializer(many=True, read_only=True)

    class Meta:
        model = FollowUp
        fields = (
            *("id", "customer_id", "employee_id", "employee_name", "actor", "content", "kind", "outcome"),
            *("happened_at", "next_at", "mention_ids", "attachments", "version", "create_time", "update_time"),
        )
        read_only_fields = fields

    @extend_schema_field({"type": "array", "items": {"type": "integer"}})
    def get_mention_ids(self, row: FollowUp) -> list[int]:
        # Those of comments stand with the comments.
        return sorted(one.employee_id for one in row.mentions.all() if one.comment_id is None)


class MentionsField(serializers.ListField):
    """Ids of colleagues to be told."""

    def __init__(self) -> None:
        super().__init__(
            child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), max_length=20, required=False
        )


class NewFollowUpSerializer(CamelSerializer):
    """A follow-up to be written."""

    content = serializers.CharField(max_length=LENGTH)
    employee_id = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    happened_at = InstantField(required=False, allow_null=True)
    next_at = InstantField(required=False, allow_null=True)
    kind = serializers.ChoiceField(KIND, required=False)
    outcome = serializers.ChoiceField(OUTCOME, required=False, allow_blank=True)
    mention_ids = MentionsField()


class FollowUpChangesSerializer(CamelSerializer):
    """What may be changed of a follow-up; what is left out stays. nextAt null: no next time."""

    content = serializers.CharField(max_length=LENGTH, required=False)
    happened_at = InstantField(required=False)
    next_at = InstantField(required=False, allow_null=True)
    kind = serializers.ChoiceField(KIND, required=False)
    outcome = serializers.ChoiceField(OUTCOME, required=False, allow_blank=True)
    mention_ids = MentionsField()


class VersionSerializer(CamelModelSerializer):
    """How a follow-up read before it was changed or deleted."""

    employee_name = serializers.CharField(source="employee.name", read_only=True, allow_null=True, default=None)
    content = WordsField()

    class Meta:
        model = FollowUpVersion
        fields: Any = (
            *("follow_up_id", "number", "revision", "customer_id", "employee_id", "employee_name", "actor", "content"),
            *("kind", "outcome", "happened_at", "next_at", "revised_by", "revised_at"),
        )
        read_only_fields = fields
