"""The doors to masked numbers, to everything about a person, and to their erasure."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.headers import address_of
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller
from corps.policy import Act
from customers import finding
from customers.api.answers import SOURCE, identity, json_answer
from customers.api.privacy import schema
from customers.api.privacy.serializers import EraseSerializer, ReasonSerializer, UnmaskSerializer
from customers.privacy import erasing, exporting, unmasking

_UNMASK, _EXPORT, _ERASE = UnmaskSerializer(), ReasonSerializer(), EraseSerializer()


class UnmaskView(JsonOnly, APIView):
    """No Idempotency-Key: its table would keep the number."""

    acts = {"post": Act.CUSTOMER_UNMASK}

    @extend_schema(**schema.UNMASK)
    @atomic_retry
    def post(self, request: Request, pk: str) -> HttpResponse:
        asked = _UNMASK.run_validation(request.data)
        customer = finding.one(identity(pk), caller(request))
        shown = unmasking.unmask(
            customer=customer, by=caller(request), source=SOURCE, address=address_of(request.META), **asked
        )
        return json_answer({"field": asked["field"], "value": shown.value})


class PersonView(JsonOnly, APIView):
    """A POST, since it leaves a record and wants a reason."""

    acts = {"post": Act.PRIVACY_MANAGE}

    @extend_schema(**schema.EXPORT)
    @atomic_retry
    def post(self, request: Request, pk: str) -> HttpResponse:
        asked = _EXPORT.run_validation(request.data)
        customer = finding.one(identity(pk), caller(request))
        address = address_of(request.META)
        return json_answer(
            exporting.export(customer=customer, by=caller(request), source=SOURCE, address=address, **asked)
        )


class EraseView(JsonOnly, APIView):
    """Only administrators, and only who names the person once more."""

    acts = {"post": Act.PRIVACY_MANAGE}

    @extend_schema(**schema.ERASE)
    @atomic_retry
    def post(self, request: Request, pk: str) -> HttpResponse:
        asked = _ERASE.run_validation(request.data)
        customer = finding.one(identity(pk), caller(request))
        erasing.check_named(customer, asked["external_userid"])
        erasing.erase(customer=customer, reason=asked["reason"], by=caller(request), source=SOURCE)
        return HttpResponse(status=204)
