"""The doors to what custom fields hold: of one customer, of one relation, of many customers."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.bulk import counted
from core.filters import refuse_unknown
from core.headers import if_match
from core.negotiation import JsonOnly
from core.pagination import whole
from core.retry import atomic_retry
from corps.actors import Actor
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from customers import custom, finding
from customers.api.answers import SOURCE, identity, json_answer
from customers.api.custom import customer_schema as schema
from customers.api.custom.serializers import BulkValuesSerializer, ValuesSerializer
from customers.api.parameters import MAX_ID
from customers.custom import bulk, history, meaning, showing
from customers.models import Customer

_VALUES, _BULK = ValuesSerializer(), BulkValuesSerializer()


class CustomerFieldsView(JsonOnly, APIView):
    """The custom fields of one customer."""

    acts = {"get": Act.CUSTOMER_READ, "patch": Act.CUSTOMER_WRITE}

    @extend_schema(**schema.READ)
    def get(self, request: Request, pk: str) -> HttpResponse:
        refuse_unknown(request.query_params, ())
        actor = caller(request)
        return _told(finding.one(identity(pk), actor), actor)

    @extend_schema(**schema.SET)
    @atomic_retry
    def patch(self, request: Request, pk: str) -> HttpResponse:
        values, actor = _VALUES.run_validation(request.data)["custom_fields"], caller(request)
        customer, seen = finding.locked(identity(pk), actor), if_match(request)
        values = meaning.meant(values, customer=customer, by=actor)
        custom.set_values(customer=customer, values=values, by=actor, source=SOURCE, if_version=seen)
        return _told(customer, actor)


class FollowFieldsView(JsonOnly, APIView):
    """The custom fields of what one employee has with one customer."""

    acts = {"get": Act.CUSTOMER_READ, "patch": Act.CUSTOMER_WRITE}

    @extend_schema(**schema.READ_FOLLOW)
    def get(self, request: Request, pk: str, employee: str) -> HttpResponse:
        refuse_unknown(request.query_params, ())
        actor = caller(request)
        return _told(finding.one(identity(pk), actor), actor, identity(employee))

    @extend_schema(**schema.SET_FOLLOW)
    @atomic_retry
    def patch(self, request: Request, pk: str, employee: str) -> HttpResponse:
        values, actor = _VALUES.run_validation(request.data)["custom_fields"], caller(request)
        customer, whose = finding.locked(identity(pk), actor), identity(employee)
        finding.check_own(whose, actor)
        values = meaning.meant(values, customer=customer, by=actor, employee_id=whose)
        act: dict[str, Any] = {"by": actor, "source": SOURCE, "if_version": if_match(request)}
        custom.set_values(customer=customer, values=values, employee_id=whose, **act)
        return _told(customer, actor, whose)


class FieldHistoryView(JsonOnly, APIView):
    """What became of the values of one customer."""

    acts = {"get": Act.CUSTOMER_READ}

    @extend_schema(**schema.HISTORY)
    def get(self, request: Request, pk: str) -> HttpResponse:
        params = request.query_params
        refuse_unknown(params, ("key", "before"))
        actor = caller(request)
        customer = finding.one(identity(pk), actor)
        before = whole(params, "before", MAX_ID, least=1, most=MAX_ID)
        rows = list(history.of(customer, before=before, key=params.get("key", "")))
        after = rows[-1].pk if len(rows) == history.PAGE else None
        return json_answer({"list": showing.changes(rows, customer, actor=actor), "nextBefore": after})


class BulkFieldsView(Idempotent, JsonOnly, APIView):
    """The same values for up to a hundred customers."""

    acts = {"post": Act.CUSTOMER_WRITE}

    @extend_schema(**schema.BULK)
    def post(self, request: Request) -> HttpResponse:
        asked = _BULK.run_validation(request.data)
        values, ids = asked["custom_fields"], asked["customer_ids"]
        return json_answer(counted(bulk.set_many(customer_ids=ids, values=values, by=caller(request), source=SOURCE)))


def _told(customer: Customer, actor: Actor, employee_id: int | None = None) -> HttpResponse:
    told = showing.in_full(customer, actor=actor, employee_id=employee_id)
    return json_answer({"list": told}, etag=customer.etag)
