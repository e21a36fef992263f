"""The doors of templates, and of what others tell of calls and messages."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller, company
from corps.idempotency import Idempotent
from corps.policy import Act
from corps.versioned import shaped
from customers.api import kept
from followups import communications, templates
from followups.api import schema
from followups.api.part_serializers import TalksSerializer, TemplateFactsSerializer, TemplateSerializer
from followups.communications.facts import Told
from followups.models import FollowUpTemplate


@extend_schema_view(**{name: extend_schema(**told) for name, told in schema.TEMPLATES.items()})
class TemplateViewSet(kept.KeptViewSet):
    """The company's texts, by kind and in its order."""

    acts = kept.acts(read=Act.CUSTOMER_READ, write=Act.FOLLOWUP_MANAGE)
    queryset = FollowUpTemplate.objects.order_by("kind", "order", "id")
    serializer_class = TemplateSerializer
    facts = TemplateFactsSerializer
    make = staticmethod(templates.create_template)
    change = staticmethod(templates.update_template)
    remove = staticmethod(templates.delete_template)
    argument = "template"


class RecordView(Idempotent, JsonOnly, APIView):
    """Calls and messages that a telephone system or an archive tells of."""

    acts = {"post": Act.FOLLOWUP_MANAGE}

    @extend_schema(**schema.RECORD)
    @atomic_retry
    def post(self, request: Request) -> Response:
        talks = [Told(**one) for one in shaped(TalksSerializer, request)["list"]]
        results = communications.record(corp_id=company(request), talks=talks, by=caller(request), source="api")
        return Response({"list": results})
