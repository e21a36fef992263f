"""The doors to the churn scores: who is likely to leave, and one customer's relations."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from corps.callers import caller
from corps.policy import Act
from corps.scoping import Scoped
from customers import finding
from customers.api.answers import identity
from insights.api import churn_schema as schema
from insights.api.filters import ChurnFilter
from insights.churn import reading
from insights.models import ChurnScore


class ChurnListView(JsonOnly, Scoped, GenericAPIView):
    acts = {"get": Act.RISK_READ}
    queryset = ChurnScore.objects.select_related("customer", "employee")
    serializer_class = BaseSerializer
    filterset_class = ChurnFilter

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        rows = self.filter_queryset(self.get_queryset()).order_by("-score", "-id")
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response([reading.named(row) for row in page])


class CustomerChurnView(JsonOnly, APIView):
    """The scores of one customer's relations."""

    acts = {"get": Act.RISK_READ}

    @extend_schema(**schema.OF_CUSTOMER)
    def get(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        actor = caller(request)
        customer = finding.one(identity(pk), actor)
        rows = ChurnScore.objects.visible_to(actor).filter(customer=customer).select_related("customer", "employee")
        return Response({"list": [reading.named(row) for row in rows.order_by("-score", "-id")]})
