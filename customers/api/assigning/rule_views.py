"""The doors of ``/api/v1/assignment-rules``."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from corps.policy import Act
from customers import assigning
from customers.api import kept
from customers.api.assigning import rule_schema as schema
from customers.api.assigning.serializers import AssignmentRuleSerializer, RuleSerializer
from customers.models import AssignmentRule


@extend_schema_view(
    list=extend_schema(**schema.LIST),
    retrieve=extend_schema(**schema.READ),
    create=extend_schema(**schema.CREATE),
    update=extend_schema(**schema.REPLACE),
    partial_update=extend_schema(**schema.PATCH),
    destroy=extend_schema(**schema.DELETE),
)
class AssignmentRuleViewSet(kept.KeptViewSet):
    """The rules, in the order in which they are asked."""

    acts = kept.acts(read=Act.ASSIGN_READ, write=Act.ASSIGN_WRITE)
    queryset = AssignmentRule.objects.order_by("order", "id")
    serializer_class = AssignmentRuleSerializer
    facts = RuleSerializer
    make = staticmethod(assigning.create_rule)
    change = staticmethod(assigning.update_rule)
    remove = staticmethod(assigning.delete_rule)
    argument = "rule"
