"""The doors of ``/api/v1/losses``: to read, and to take along."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core import exporting
from core import newest as listing
from core.headers import address_of
from core.negotiation import JsonOnly
from core.pagination import SIZE_DEFAULT, SIZE_MAX, bounded_count, whole
from corps.callers import caller, company
from corps.models import Corp
from corps.policy import Act
from corps.scoping import Scoped
from customers.choices import Source
from customers.privacy import accesses
from insights import reading
from insights.api import loss_schema as schema
from insights.api.filters import LossFilter
from insights.models import Loss

COLUMN = "ended_at"


class LossListView(JsonOnly, Scoped, GenericAPIView):
    acts = {"get": Act.RISK_READ}
    queryset = Loss.objects.all()
    serializer_class = BaseSerializer
    filterset_class = LossFilter
    extra_parameters = ("cursor",)

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        rows: Any = reading.joined(self.filter_queryset(self.get_queryset()))
        params = request.query_params
        if "cursor" in params:
            size = whole(params, "size", SIZE_DEFAULT, least=1, most=SIZE_MAX)
            found, after = listing.after(rows, COLUMN, cursor=params["cursor"], size=size)
            return Response({"list": [reading.named(loss) for loss in found], "size": size, "nextCursor": after})
        page: Any = self.paginate_queryset(rows.order_by(*listing.order(COLUMN)))
        return self.get_paginated_response([reading.named(loss) for loss in page])


class LossExportView(JsonOnly, Scoped, GenericAPIView):
    acts = {"get": Act.RISK_READ}
    queryset = Loss.objects.all()
    serializer_class = BaseSerializer
    filterset_class = LossFilter
    extra_parameters = ("format",)
    pagination_class = None

    @extend_schema(**schema.EXPORT)
    def get(self, request: Request) -> StreamingHttpResponse:
        kind = exporting.asked_kind(request.query_params)
        rows: Any = reading.joined(self.filter_queryset(self.get_queryset()))
        told: Any = {"by": caller(request), "source": Source.API, "address": address_of(request.META)}
        number = bounded_count(rows, exporting.MOST_ROWS)[0]
        accesses.exported(what="losses", number=number, filters=request.query_params.dict(), **told)
        zone = Corp.objects.get(pk=company(request)).zone
        losses = listing.through(rows, COLUMN, most=exporting.MOST_ROWS)
        return exporting.as_file(reading.table(losses, zone), "losses", kind)
