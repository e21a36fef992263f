"""The door of a bridge that holds WeCom's SDK: how far the archive was read, and what is new in it."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller, company
from corps.policy import Act
from corps.versioned import shaped
from customers.choices import Source
from wecom.api import schema
from wecom.api.serializers import ArchiveSerializer, BatchSerializer
from wecom.archive import taking
from wecom.archive.source import of_wire
from wecom.models import MessageArchive


class ArchiveView(JsonOnly, APIView):
    """No Idempotency-Key: a batch that comes twice is passed over by its places."""

    acts = {"get": Act.FOLLOWUP_MANAGE, "post": Act.FOLLOWUP_MANAGE}

    @extend_schema(**schema.STATE)
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, ())
        row = get_object_or_404(MessageArchive.objects.visible_to(caller(request)), corp_id=company(request))
        return Response(ArchiveSerializer(row).data)

    @extend_schema(**schema.TAKE)
    @atomic_retry
    def post(self, request: Request) -> Response:
        asked = shaped(BatchSerializer, request)
        messages = [of_wire(one) for one in asked["list"]]
        told: Any = {"latest": asked.get("latest_seq"), "by": caller(request), "source": Source.API}
        return Response(ArchiveSerializer(taking.take(corp_id=company(request), messages=messages, **told)).data)
