"""The doors to what happened with a customer, and to the SOPs they are in."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from core.negotiation import JsonOnly
from core.openapi import errors
from core.pagination import SIZE_DEFAULT, SIZE_MAX, whole
from corps.callers import caller
from corps.policy import Act
from corps.scoping import Scoped
from customers import finding, merging
from followups.api.filters import TimelineFilter
from followups.api.sop_serializers import EntrySerializer, SopSerializer
from followups.models import SopEnrolment, TimelineEntry
from followups.timeline import reading

_CURSOR = OpenApiParameter("cursor", str, description="nextCursor of the answer before: any depth at one price.")
_SIZE = OpenApiParameter("size", {"type": "integer", "minimum": 1, "maximum": SIZE_MAX, "default": SIZE_DEFAULT})
# Wire name → attribute: columns instead of a serializer for each row.
_COLUMNS = {
    "id": "id",
    "customerId": "customer_id",
    "kind": "kind",
    "at": "at",
    "employeeId": "employee_id",
    "employeeName": "employee_name",
    "facts": "facts",
    "source": "source",
    "actor": "actor",
}
_PAGE = inline_serializer(
    "TimelinePage",
    {
        "list": EntrySerializer(many=True),
        "size": serializers.IntegerField(),
        "nextCursor": serializers.CharField(allow_null=True),
    },
)


class OfCustomer(JsonOnly, Scoped, GenericAPIView):
    """Rows of the customer in the path, who must be visible, and of the records merged into it."""

    acts = {"get": Act.CUSTOMER_READ}

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        person = finding.one(int(self.kwargs["pk"]), caller(self.request))
        return rows.filter(customer_id__in=merging.ids_of(person.pk))


class TimelineView(OfCustomer):
    serializer_class = EntrySerializer
    queryset = TimelineEntry.objects.none()
    filterset_class = TimelineFilter
    pagination_class = None
    extra_parameters = ("cursor", "size")

    @extend_schema(
        operation_id="customers_timeline",
        tags=["follow-ups"],
        summary="What happened with a customer, the newest first",
        description="Tags, stages, follow-ups, relations, the blacklist and SOPs, as events told of them.",
        parameters=[_CURSOR, _SIZE],
        responses={200: OpenApiResponse(_PAGE), **errors(400, 404)},
    )
    def get(self, request: Request, pk: str) -> Response:
        params = request.query_params
        customer = finding.one(int(pk), caller(request))
        # Refuses what can't be asked for; the statement is the reading's own.
        self.filter_queryset(self.queryset)
        wanted = TimelineFilter.wanted(params)
        size = whole(params, "size", SIZE_DEFAULT, least=1, most=SIZE_MAX)
        first, *beside = merging.ids_of(customer.pk)
        found, after = reading.page(first, wanted, cursor=params.get("cursor", ""), size=size, beside=beside)
        return Response({"list": [_wire(entry) for entry in found], "size": size, "nextCursor": after})


class SopsView(OfCustomer):
    serializer_class = SopSerializer
    queryset = SopEnrolment.objects.prefetch_related("stops").order_by("-id")

    @extend_schema(
        operation_id="customers_sops",
        tags=["follow-ups"],
        summary="The SOPs a customer is or was in, the newest first",
        responses={200: SopSerializer(many=True), **errors(400, 404)},
    )
    def get(self, request: Request, pk: str) -> Response:
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(SopSerializer(page, many=True).data)


def _wire(entry: reading.Entry) -> dict[str, Any]:
    return {name: getattr(entry, column) for name, column in _COLUMNS.items()}
