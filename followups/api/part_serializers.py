"""How comments, mentions, templates and communications look on the wire, and what may be sent."""

from typing import Any

from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer, InstantField
from customers.privacy import wording
from followups import templates
from followups.api.serializers import KIND, MentionsField
from followups.api.words import WordsField
from followups.choices import Direction, TalkKind
from followups.communications import recording
from followups.models import Communication, FollowUpComment, FollowUpMention, FollowUpTemplate
from followups.texts import COMMENT_LENGTH


class CommentSerializer(CamelModelSerializer):
    """What a colleague says to a follow-up."""

    employee_name = serializers.CharField(source="employee.name", read_only=True, allow_null=True, default=None)
    content = WordsField()

    class Meta:
        model = FollowUpComment
        fields = ("id", "follow_up_id", "employee_id", "employee_name", "actor", "content", "create_time")
        read_only_fields = fields


class NewCommentSerializer(CamelSerializer):
    content = serializers.CharField(max_length=COMMENT_LENGTH)
    mention_ids = MentionsField()


class MentionSerializer(CamelModelSerializer):
    """That the caller was named. ``content`` is that of the comment, or else of the follow-up."""

    customer_name = serializers.CharField(source="customer.name", read_only=True)
    content = serializers.SerializerMethodField()

    class Meta:
        model = FollowUpMention
        fields = ("id", "customer_id", "customer_name", "follow_up_id", "comment_id", "actor", "at", "content")
        read_only_fields = fields

    def get_content(self, row: FollowUpMention) -> str:
        return wording.shown(row, row.comment.content if row.comment else row.follow_up.content)


class TemplateFactsSerializer(CamelSerializer):
    """What can be written of a template."""

    name = serializers.CharField(max_length=templates.NAME_LENGTH)
    content = serializers.CharField(max_length=templates.LENGTH)
    kind = serializers.ChoiceField(KIND, required=False)
    order: Any = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


class TemplateSerializer(CamelModelSerializer):
    """A text that the company offers for follow-ups of a kind."""

    class Meta:
        model = FollowUpTemplate
        fields = ("id", "kind", "name", "content", "order", "version", "create_time", "update_time")
        read_only_fields = fields


class CommunicationSerializer(CamelModelSerializer):
    """A call or a message."""

    employee_name = serializers.CharField(source="employee.name", read_only=True, allow_null=True, default=None)
    content = WordsField()

    class Meta:
        model = Communication
        fields = (
            *("id", "customer_id", "employee_id", "employee_name", "kind", "direction", "seconds", "at", "content"),
            *("external_id", "source", "actor"),
        )
        read_only_fields = fields


class ToldSerializer(CamelSerializer):
    """A call or a message as it is told; somebody is meant by one id or the other."""

    external_id = serializers.CharField(max_length=100)
    kind = serializers.ChoiceField(TalkKind.choices)
    direction = serializers.ChoiceField(Direction.choices)
    at = InstantField()
    customer_id = serializers.IntegerField(min_value=1, required=False)
    external_userid = serializers.CharField(max_length=100, required=False)
    employee_id = serializers.IntegerField(min_value=1, required=False)
    userid = serializers.CharField(max_length=100, required=False)
    seconds = serializers.IntegerField(min_value=0, max_value=86_400, required=False)
    content = serializers.CharField(max_length=2_000, required=False, allow_blank=True)


_BOUNDS: dict[str, Any] = {"min_length": 1, "max_length": recording.MOST}


class TalksSerializer(CamelSerializer):
    list: Any = ToldSerializer(many=True, **_BOUNDS)
