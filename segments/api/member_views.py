"""The doors to who is in a segment, and to the segments somebody is in."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core.exporting import as_file, asked_kind
from core.filters import refuse_unknown
from core.headers import address_of
from core.negotiation import JsonOnly
from core.pagination import whole
from core.retry import atomic_retry
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from corps.versioned import shaped
from customers import finding as customer_finding
from customers.api.answers import SOURCE, identity, json_answer
from customers.api.parameters import with_custom_fields
from segments import catalogue, finding
from segments.api import member_schema as schema
from segments.api import reading
from segments.api.serializers import NamedSerializer
from segments.members import table, taking
from segments.models import SegmentSize, SegmentStay


class MembersView(Idempotent, JsonOnly, GenericAPIView):
    """The members whom the caller may see; of a list also who comes on it and goes off it."""

    acts = {"get": Act.SEGMENT_READ, "post": Act.SEGMENT_WRITE, "delete": Act.SEGMENT_WRITE}
    queryset = SegmentStay.objects.none()
    serializer_class = BaseSerializer

    @extend_schema(**schema.MEMBERS)
    def get(self, request: Request, pk: str) -> Any:
        params = request.query_params
        refuse_unknown(params, ("page", "size", "cursor"))
        stays = finding.members(finding.one(identity(pk), caller(request)), caller(request))
        if "cursor" in params:
            return json_answer(reading.after(stays, params["cursor"], whole(params, "size", 20, least=1, most=100)))
        rows: Any = stays.order_by("-customer_id").values_list(*reading.MEMBER.values())
        return self.get_paginated_response(reading.listed(self.paginate_queryset(rows) or [], reading.MEMBER))

    @extend_schema(**schema.ADD)
    def post(self, request: Request, pk: str) -> HttpResponse:
        return self._list(request, pk, catalogue.add_members)

    @extend_schema(**schema.REMOVE)
    def delete(self, request: Request, pk: str) -> HttpResponse:
        return self._list(request, pk, catalogue.remove_members)

    @atomic_retry
    def _list(self, request: Request, pk: str, rule: Any) -> HttpResponse:
        asked, actor = shaped(NamedSerializer, request), caller(request)
        moves = rule(segment=finding.one(identity(pk), actor), by=actor, source=SOURCE, **asked)
        size = finding.one(identity(pk), actor).standing.size  # type: ignore[attr-defined]
        return json_answer({"entered": moves.entered, "left": moves.left, "size": size})


class MembersExportView(JsonOnly, APIView):
    """The members whom the caller may see, to take along."""

    acts = {"get": Act.SEGMENT_READ}

    @extend_schema(**schema.EXPORT)
    def get(self, request: Request, pk: str) -> StreamingHttpResponse:
        params = request.query_params
        refuse_unknown(params, ("format", "include"))
        own = with_custom_fields(params)
        kind, segment = asked_kind(params), finding.one(identity(pk), caller(request))
        taking.note(segment, kind=kind, by=caller(request), source=SOURCE, address=address_of(request.META))
        lines = table.of(segment, caller(request), own=own)
        return as_file(lines, f"segment-{segment.pk}", kind, numbers=False)


class SizesView(JsonOnly, APIView):
    """How many there were, day by day."""

    acts = {"get": Act.SEGMENT_READ}

    @extend_schema(**schema.SIZES)
    def get(self, request: Request, pk: str) -> HttpResponse:
        refuse_unknown(request.query_params, ("days",))
        days = whole(request.query_params, "days", 30, least=1, most=366)
        segment = finding.one(identity(pk), caller(request))
        found = SegmentSize.objects.filter(segment=segment).order_by("-day").values("day", "size", "entered", "left")
        return json_answer({"list": list(found[:days])[::-1]})


class CustomerSegmentsView(JsonOnly, APIView):
    """The segments a customer is and was in."""

    acts = {"get": Act.SEGMENT_READ}

    @extend_schema(**schema.OF_CUSTOMER)
    def get(self, request: Request, pk: str) -> HttpResponse:
        refuse_unknown(request.query_params, ())
        customer = customer_finding.one(identity(pk), caller(request))
        return json_answer({"list": reading.of_customer(customer.pk, caller(request))})
