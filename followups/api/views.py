"""The doors of ``/api/v1/customers/:id/followups``: what was done for one customer."""

from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.retry import atomic_retry
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from corps.versioned import shaped
from customers import finding
from customers.privacy import wording
from followups import writing
from followups.api import holding, schema
from followups.api.followup_filters import CommunicationFilter, OfOneFilter
from followups.api.part_serializers import CommunicationSerializer
from followups.api.serializers import FollowUpSerializer, NewFollowUpSerializer, VersionSerializer
from followups.api.sop_views import OfCustomer
from followups.choices import Revision
from followups.models import Communication, FollowUp, FollowUpVersion


class FollowUpsView(Idempotent, ListModelMixin, OfCustomer):
    """What was done for a customer, newest first, and one more."""

    acts = {"get": Act.CUSTOMER_READ, "post": Act.FOLLOWUP_WRITE}
    serializer_class = FollowUpSerializer
    queryset = holding.with_parts(FollowUp.objects.order_by("-happened_at", "-id"))
    filterset_class = OfOneFilter

    @extend_schema(**schema.LIST)
    def get(self, request: Request, pk: str) -> Response:
        return self.list(request)

    @extend_schema(**schema.CREATE)
    @atomic_retry
    def post(self, request: Request, pk: str) -> Response:
        asked = shaped(NewFollowUpSerializer, request)
        customer = finding.locked(int(pk), caller(request))
        row = writing.write(customer=customer, by=caller(request), source="api", **asked)
        return Response(FollowUpSerializer(wording.mark(row, caller(request))).data, status=201)


class DeletedView(ListModelMixin, OfCustomer):
    """What was deleted of a customer's history."""

    serializer_class = VersionSerializer
    queryset = FollowUpVersion.objects.filter(revision=Revision.DELETED).select_related("employee").order_by("-id")

    @extend_schema(**schema.GONE)
    def get(self, request: Request, pk: str) -> Response:
        return self.list(request)


class CommunicationsView(ListModelMixin, OfCustomer):
    """Calls and messages with a customer."""

    serializer_class = CommunicationSerializer
    queryset = Communication.objects.select_related("employee").order_by("-at", "-id")
    filterset_class = CommunicationFilter

    @extend_schema(**schema.TALKS)
    def get(self, request: Request, pk: str) -> Response:
        return self.list(request)
