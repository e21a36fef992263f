"""How stages look on the wire, and what may be sent."""

from typing import Any

from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer
from customers.api.serializers import MAX_BULK, id_field, ids_field
from customers.models import Stage
from customers.stages.keeping import NAME_LENGTH


class StageFactsSerializer(CamelSerializer):
    """What can be written of a stage."""

    name = serializers.CharField(max_length=NAME_LENGTH)
    order: Any = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    outcome = serializers.ChoiceField(choices=Stage.Outcome.choices, required=False, allow_blank=True)
    active = serializers.BooleanField(required=False)


class StageSerializer(CamelModelSerializer):
    """A stage as it stands."""

    class Meta:
        model = Stage
        fields = ("id", "name", "order", "outcome", "active", "version", "create_time", "update_time")
        read_only_fields = fields


class ChosenStageSerializer(CamelSerializer):
    """Where a customer is put; null: into none."""

    stage_id = id_field(allow_null=True)


class BulkStageSerializer(ChosenStageSerializer):
    """The same stage for many customers."""

    customer_ids = ids_field(MAX_BULK, min_length=1)
