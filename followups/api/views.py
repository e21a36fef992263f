"""The doors of ``/api/v1/customers/:id/followups``."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.negotiation import JsonOnly
from core.openapi import KEYED, errors
from core.retry import atomic_retry
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from corps.scoping import Scoped
from customers import finding
from followups import writing
from followups.api.serializers import FollowUpSerializer, NewFollowUpSerializer
from followups.models import FollowUp

_EXAMPLE = OpenApiExample(
    "request", {"content": "电话沟通,约下周看样品", "happenedAt": "2026-10-01T02:30:00Z"}, request_only=True
)


class FollowUpsView(Idempotent, JsonOnly, Scoped, ListModelMixin, GenericAPIView):
    """What was done for a customer, newest first, and one more."""

    acts = {"get": Act.CUSTOMER_READ, "post": Act.FOLLOWUP_WRITE}
    serializer_class = FollowUpSerializer
    queryset = FollowUp.objects.select_related("employee").order_by("-happened_at", "-id")

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return rows.filter(customer=finding.one(int(self.kwargs["pk"]), caller(self.request)))

    @extend_schema(
        operation_id="listFollowUps",
        tags=["follow-ups"],
        summary="What was done for a customer, newest first",
        responses={200: FollowUpSerializer(many=True), **errors(400, 404)},
    )
    def get(self, request: Request, pk: str) -> Response:
        return self.list(request)

    @extend_schema(
        operation_id="createFollowUp",
        tags=["follow-ups"],
        summary="Write a follow-up",
        description="Records customer.followup.created. employeeId is whose work it was, by default the writer's.",
        request=NewFollowUpSerializer,
        parameters=[KEYED],
        responses={201: OpenApiResponse(FollowUpSerializer), **errors(400, 404, 409, 413, 415, 422)},
        examples=[_EXAMPLE],
    )
    @atomic_retry
    def post(self, request: Request, pk: str) -> Response:
        form = NewFollowUpSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        customer = finding.locked(int(pk), caller(request))
        row = writing.write(customer=customer, by=caller(request), source="api", **form.validated_data)
        return Response(FollowUpSerializer(row).data, status=201)
