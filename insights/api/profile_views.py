"""The doors to profiles: one customer's, and a segment's beside the whole."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from corps.callers import caller
from corps.policy import Act
from customers.api.answers import identity, json_answer
from insights.api import profile_schema as schema
from insights.portrait import answer as portrait
from insights.profile import answer
from segments import finding


class CustomerProfileView(JsonOnly, APIView):
    """Everything about one customer."""

    acts = {"get": Act.CUSTOMER_READ}

    @extend_schema(**schema.PROFILE)
    def get(self, request: Request, pk: str) -> HttpResponse:
        refuse_unknown(request.query_params, ())
        return json_answer(answer.of(identity(pk), caller(request)))


class SegmentProfileView(JsonOnly, APIView):
    """What kind of people a segment holds."""

    acts = {"get": Act.SEGMENT_READ}

    @extend_schema(**schema.SEGMENT)
    def get(self, request: Request, pk: str) -> HttpResponse:
        refuse_unknown(request.query_params, ())
        segment = finding.one(identity(pk), caller(request))
        return HttpResponse(portrait.of(segment, caller(request)), content_type="application/json")
