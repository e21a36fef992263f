"""The door to the preview of a condition."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.negotiation import JsonOnly
from corps.callers import caller, company
from corps.models import Corp
from corps.policy import Act
from corps.versioned import shaped
from customers import reading
from customers.api.answers import json_answer
from customers.matching import Matching
from customers.models import Customer
from customers.privacy import masking
from segments import finding, previewing
from segments.api import member_schema as schema
from segments.api.serializers import DocumentSerializer


class PreviewView(JsonOnly, APIView):
    """Asks and stores nothing, so whoever may read segments may ask."""

    acts = {"post": Act.SEGMENT_READ}

    @extend_schema(**schema.PREVIEW)
    def post(self, request: Request) -> HttpResponse:
        asked, actor = shaped(DocumentSerializer, request), caller(request)
        segment = finding.one(asked["segment_id"], actor) if asked.get("segment_id") else None
        corp = Corp.objects.get(pk=company(request))
        found = previewing.preview(document=asked["condition"], corp=corp, actor=actor, segment=segment)
        rows = Customer.objects.visible_to(actor).filter(pk__in=found.sample)
        sample = reading.complete(Matching(rows).page("-id", start=0, size=previewing.SAMPLE))
        return json_answer({"count": found.count, "sample": masking.page(sample, actor), "asOf": found.as_of})
