"""The doors of ``/api/v1/risks``: what waits, and what people do about it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core import newest as listing
from core.errors import NotFound
from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from core.pagination import SIZE_DEFAULT, SIZE_MAX, whole
from core.retry import atomic_retry
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from corps.scoping import Scoped
from insights.api import risk_schema as schema
from insights.api.filters import RiskFilter
from insights.api.serializers import HandleSerializer, MuteSerializer
from insights.models import RiskAlert
from insights.risks import handling

COLUMN, SOURCE = "opened_at", "api"
_HANDLE, _MUTE = HandleSerializer(), MuteSerializer()


class RiskView(JsonOnly, Scoped, GenericAPIView):
    """What all of them have in common."""

    queryset = RiskAlert.objects.select_related("employee", "customer")
    serializer_class = BaseSerializer
    filterset_class: Any = None

    def locked(self, pk: str) -> RiskAlert:
        try:
            return RiskAlert.objects.visible_to(caller(self.request)).locked(pk=int(pk))
        except (RiskAlert.DoesNotExist, OverflowError):
            raise NotFound from None

    def one(self, pk: str) -> Response:
        row = self.get_queryset().filter(pk=int(pk)).first() if int(pk) < 2**63 else None
        if row is None:
            raise NotFound
        return Response(_named(row))


class RiskListView(RiskView):
    acts = {"get": Act.RISK_READ}
    filterset_class = RiskFilter
    extra_parameters = ("cursor",)

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        rows: Any = self.filter_queryset(self.get_queryset())
        params = request.query_params
        if "cursor" in params:
            size = whole(params, "size", SIZE_DEFAULT, least=1, most=SIZE_MAX)
            found, after = listing.after(rows, COLUMN, cursor=params["cursor"], size=size)
            return Response({"list": [_named(row) for row in found], "size": size, "nextCursor": after})
        page: Any = self.paginate_queryset(rows.order_by(*listing.order(COLUMN)))
        return self.get_paginated_response([_named(row) for row in page])


class RiskDetailView(RiskView):
    acts = {"get": Act.RISK_READ}

    @extend_schema(**schema.DETAIL)
    def get(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return self.one(pk)


class AcknowledgeView(Idempotent, RiskView):
    acts = {"post": Act.RISK_HANDLE}

    @extend_schema(**schema.ACKNOWLEDGE)
    @atomic_retry
    def post(self, request: Request, pk: str) -> Response:
        handling.acknowledge(alert=self.locked(pk), by=caller(request), source=SOURCE)
        return self.one(pk)


class HandleView(Idempotent, RiskView):
    acts = {"post": Act.RISK_HANDLE}

    @extend_schema(**schema.HANDLE)
    @atomic_retry
    def post(self, request: Request, pk: str) -> Response:
        fields = _HANDLE.run_validation(request.data)
        handling.handle(alert=self.locked(pk), by=caller(request), source=SOURCE, **fields)
        return self.one(pk)


class MuteView(Idempotent, RiskView):
    acts = {"post": Act.RISK_HANDLE}

    @extend_schema(**schema.MUTE)
    @atomic_retry
    def post(self, request: Request, pk: str) -> Response:
        fields = _MUTE.run_validation(request.data)
        handling.mute(alert=self.locked(pk), by=caller(request), source=SOURCE, **fields)
        return self.one(pk)


def _named(alert: RiskAlert) -> dict[str, Any]:
    return {
        "id": alert.pk,
        "kind": alert.kind,
        "level": alert.level,
        "state": alert.state,
        "customerId": alert.customer_id,
        "customerName": alert.customer.name if alert.customer else None,
        "employeeId": alert.employee_id,
        "employeeName": alert.employee.name if alert.employee else None,
        "facts": alert.facts,
        "openedAt": alert.opened_at,
        "closedAt": alert.closed_at,
        "acknowledgedAt": alert.acknowledged_at,
        "acknowledgedBy": alert.acknowledged_by,
        "handledBy": alert.handled_by,
        "outcome": alert.outcome,
        "note": alert.note,
        "mutedUntil": alert.muted_until,
        "version": alert.version,
    }
