"""The doors of ``/api/v1/stages``."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from corps.policy import Act
from customers import stages
from customers.api import kept
from customers.api.stages import schema
from customers.api.stages.serializers import StageFactsSerializer, StageSerializer
from customers.models import Stage


@extend_schema_view(
    list=extend_schema(**schema.LIST),
    retrieve=extend_schema(**schema.READ),
    create=extend_schema(**schema.CREATE),
    update=extend_schema(**schema.REPLACE),
    partial_update=extend_schema(**schema.PATCH),
    destroy=extend_schema(**schema.DELETE),
)
class StageViewSet(kept.KeptViewSet):
    """The stages, in the company's order."""

    acts = kept.acts(read=Act.CUSTOMER_READ, write=Act.STAGE_WRITE)
    queryset = Stage.objects.order_by("order", "id")
    serializer_class = StageSerializer
    facts = StageFactsSerializer
    make = staticmethod(stages.create_stage)
    change = staticmethod(stages.update_stage)
    remove = staticmethod(stages.delete_stage)
    argument = "stage"
