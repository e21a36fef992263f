"""The door of "why": how one customer stands to a segment."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from corps.callers import caller
from corps.policy import Act
from customers import finding as customer_finding
from customers.api.answers import identity, json_answer
from segments import finding, whys
from segments.api import reading
from segments.api import why_schema as schema


class WhyView(JsonOnly, APIView):
    """Whoever may see both may know."""

    acts = {"get": Act.SEGMENT_READ}

    @extend_schema(**schema.WHY)
    def get(self, request: Request, pk: str, customer: str) -> HttpResponse:
        refuse_unknown(request.query_params, ())
        segment = finding.one(identity(pk), caller(request))
        one = customer_finding.one(identity(customer), caller(request))
        return json_answer(reading.why(segment, one, whys.of(segment, one)))
