"""What may be sent about a warning."""

from rest_framework import serializers

from core.serializers import CamelSerializer, InstantField
from insights.choices import Outcome
from insights.risks.handling import NOTE_LENGTH


class HandleSerializer(CamelSerializer):
    """What came of it."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True)


class MuteSerializer(CamelSerializer):
    """Until when it is to be quiet."""

    until = InstantField()
