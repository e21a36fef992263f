"""How segments look on the wire, and what may be sent."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer
from customers.api.serializers import MAX_ID, ids_field
from segments import freshness
from segments.catalogue.listing import MOST
from segments.models import Segment, SegmentRun

MOST_NAMED = 1_000


class SegmentSerializer(CamelSerializer):
    """What can be written of a segment; a list is made of ``customerIds`` instead of a condition."""

    name = serializers.CharField(max_length=50)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    announces = serializers.BooleanField(required=False)
    condition: Any = serializers.JSONField(required=False)
    customer_ids = ids_field(MOST, required=False)


class ChangeSerializer(CamelSerializer):
    """What can be changed of one."""

    name = serializers.CharField(max_length=50, required=False)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    announces = serializers.BooleanField(required=False)
    condition: Any = serializers.JSONField(required=False)


class NameSerializer(CamelSerializer):
    """What the new one is to be called."""

    name = serializers.CharField(max_length=50)


class DocumentSerializer(CamelSerializer):
    """A condition that is being written."""

    condition: Any = serializers.JSONField()
    segment_id = serializers.IntegerField(min_value=1, max_value=MAX_ID, required=False, allow_null=True)


class NamedSerializer(CamelSerializer):
    """Customers, by id."""

    customer_ids = ids_field(MOST_NAMED, min_length=1)


class FreshnessSerializer(CamelSerializer):
    """How fresh it is: for programs, for people, and how far a refresh is."""

    state: Any = serializers.ChoiceField(
        choices=("fresh", "stale", "counting", "refreshing", "failed", "static"), read_only=True
    )
    message = serializers.CharField(read_only=True)
    percent = serializers.IntegerField(read_only=True, allow_null=True)


class SegmentRowSerializer(CamelModelSerializer):
    """A segment as it stands."""

    size = serializers.IntegerField(source="standing.size", read_only=True)
    as_of = serializers.DateTimeField(source="standing.as_of", read_only=True, allow_null=True)
    freshness = serializers.SerializerMethodField()

    class Meta:
        model = Segment
        fields = (
            *("id", "name", "description", "kind", "condition", "announces", "size", "as_of", "freshness"),
            *("version", "create_time", "update_time"),
        )

    @extend_schema_field(FreshnessSerializer)
    def get_freshness(self, row: Segment) -> dict[str, Any]:
        found = freshness.of(row)
        return {"state": found.state, "message": found.message, "percent": found.percent}


class RunSerializer(CamelModelSerializer):
    """A refresh: how far it is and what came of it."""

    percent = serializers.IntegerField(read_only=True)

    class Meta:
        model = SegmentRun
        fields = (
            *("id", "segment_id", "reason", "state", "actor", "percent", "total", "done", "entered", "left", "size"),
            *("last_error", "as_of", "create_time", "started_at", "finished_at"),
        )
