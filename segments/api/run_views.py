"""The doors to the refreshes of a segment."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import Conflict
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from customers.api.answers import identity
from segments import finding, ringing
from segments.api import schema
from segments.api.serializers import RunSerializer
from segments.models import SegmentRun
from segments.refreshing import requesting


class RefreshView(Idempotent, JsonOnly, APIView):
    """Have all of it asked anew."""

    acts = {"post": Act.SEGMENT_WRITE}

    @extend_schema(**schema.REFRESH)
    @atomic_retry
    def post(self, request: Request, pk: str) -> Response:
        run = requesting.refresh(segment=finding.one(identity(pk), caller(request)), by=caller(request))
        ringing.for_refreshes()
        return Response(RunSerializer(run).data, status=202)


class CancelView(Idempotent, JsonOnly, APIView):
    """Call the open refresh off."""

    acts = {"post": Act.SEGMENT_WRITE}

    @extend_schema(**schema.CANCEL)
    @atomic_retry
    def post(self, request: Request, pk: str) -> Response:
        segment = finding.one(identity(pk), caller(request))
        run = SegmentRun.objects.filter(segment=segment).order_by("-pk").first()
        if run is None:
            raise Conflict("refresh_over", _("There is no refresh to call off."))
        return Response(RunSerializer(requesting.cancel(run=run, by=caller(request))).data)


class RunsView(JsonOnly, GenericAPIView):
    """The refreshes there were."""

    acts = {"get": Act.SEGMENT_READ}
    queryset = SegmentRun.objects.none()
    serializer_class = RunSerializer

    @extend_schema(**schema.RUNS)
    def get(self, request: Request, pk: str) -> Response:
        segment = finding.one(identity(pk), caller(request))
        rows: Any = self.filter_queryset(SegmentRun.objects.filter(segment=segment)).order_by("-id")
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(rows), many=True).data)
