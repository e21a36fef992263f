"""The doors to those who may read a customer along."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from customers import collaborating, finding, reading
from customers.api import schema
from customers.api.answers import SOURCE, identity, json_answer
from customers.api.serializers import CollaboratorsSerializer

_ASKED = CollaboratorsSerializer()


class CollaboratorsView(Idempotent, JsonOnly, APIView):
    """Who may read one customer without following them."""

    acts = {"get": Act.CUSTOMER_READ, "post": Act.CUSTOMER_WRITE, "delete": Act.CUSTOMER_WRITE}

    @extend_schema(**schema.COLLABORATORS)
    def get(self, request: Request, pk: str) -> HttpResponse:
        refuse_unknown(request.query_params, ())
        customer = finding.one(identity(pk), caller(request))
        return json_answer({"list": reading.collaborators_of(customer.pk)}, etag=customer.etag)

    @extend_schema(**schema.ADD_COLLABORATORS)
    def post(self, request: Request, pk: str) -> HttpResponse:
        return self._change(request, pk, add=True)

    @extend_schema(**schema.REMOVE_COLLABORATORS)
    def delete(self, request: Request, pk: str) -> HttpResponse:
        return self._change(request, pk, add=False)

    @atomic_retry
    def _change(self, request: Request, pk: str, *, add: bool) -> HttpResponse:
        asked = _ASKED.run_validation(request.data)
        actor = caller(request)
        customer = finding.locked(identity(pk), actor)
        rule = collaborating.add_collaborators if add else collaborating.remove_collaborators
        row = rule(customer=customer, employee_ids=asked["employee_ids"], by=actor, source=SOURCE)
        return json_answer({"list": reading.collaborators_of(row.pk)}, etag=row.etag)
