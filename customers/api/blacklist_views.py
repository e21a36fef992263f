"""The doors to the blacklist: who is on it, and one person's entries."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller
from corps.policy import Act
from corps.scoping import Scoped
from customers import blacklist, finding
from customers.api import blacklist_schema as schema
from customers.api.answers import SOURCE, identity, json_answer
from customers.api.serializers import BlacklistSerializer
from customers.models import BlacklistEntry

_ENTRY = BlacklistSerializer()
# More often than this nobody is put on the blacklist.
_MOST_ENTRIES = 200


class CustomerBlacklistView(JsonOnly, APIView):
    """The blacklist's entries of one person."""

    acts = {"get": Act.CUSTOMER_READ, "put": Act.CUSTOMER_BLACKLIST, "delete": Act.CUSTOMER_BLACKLIST}

    @extend_schema(**schema.HISTORY)
    def get(self, request: Request, pk: str) -> HttpResponse:
        refuse_unknown(request.query_params, ())
        customer = finding.one(identity(pk), caller(request))
        rows = BlacklistEntry.objects.of_corp(customer.corp_id).filter(customer=customer).order_by("-id")
        return json_answer({"list": [_named(row) for row in rows.values_list(*_WIRE.values())[:_MOST_ENTRIES]]})

    @extend_schema(**schema.PUT)
    @atomic_retry
    def put(self, request: Request, pk: str) -> HttpResponse:
        fields = _ENTRY.run_validation(request.data)
        customer = finding.locked(identity(pk), caller(request))
        entry = blacklist.put(customer=customer, by=caller(request), source=SOURCE, **fields)
        return json_answer({name: getattr(entry, column) for name, column in _WIRE.items()}, etag=customer.etag)

    @extend_schema(**schema.LIFT)
    @atomic_retry
    def delete(self, request: Request, pk: str) -> HttpResponse:
        customer = finding.locked(identity(pk), caller(request))
        blacklist.lift(customer=customer, by=caller(request), source=SOURCE)
        return HttpResponse(status=204)


class BlacklistView(JsonOnly, Scoped, GenericAPIView):
    """Who is on the blacklist now."""

    acts = {"get": Act.CUSTOMER_READ}
    queryset = BlacklistEntry.objects.filter(open_mark=1)
    serializer_class = BaseSerializer
    filterset_class = None

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        rows = self.filter_queryset(self.get_queryset()).order_by("-id")
        found: Any = self.paginate_queryset(rows.values_list(*_WIRE.values()))
        return self.get_paginated_response([_named(row) for row in found])


# Wire name → column.
_WIRE = {
    "id": "id",
    "customerId": "customer_id",
    "reason": "reason",
    "actor": "actor",
    "since": "since",
    "until": "until",
    "endedAt": "ended_at",
    "ending": "ending",
    "endedBy": "ended_by",
}


def _named(row: Any) -> dict[str, Any]:
    return dict(zip(_WIRE, row, strict=True))
