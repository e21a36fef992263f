"""The doors to those who follow a customer: with their episodes, and what they noted."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller
from corps.policy import Act
from customers import finding, merging, reading, remarks
from customers.api import schema
from customers.api.answers import SOURCE, identity, json_answer
from customers.api.serializers import RemarkSerializer
from customers.privacy import masking

_REMARK = RemarkSerializer(partial=True)


class FollowsView(JsonOnly, APIView):
    """Who follows or has followed one customer, also under the records merged into it."""

    acts = {"get": Act.CUSTOMER_READ}

    @extend_schema(**schema.FOLLOWS)
    def get(self, request: Request, pk: str) -> HttpResponse:
        refuse_unknown(request.query_params, ())
        customer = finding.one(identity(pk), caller(request))
        follows = reading.follows_in_full(merging.ids_of(customer.pk))
        return json_answer({"list": masking.follows(follows, caller(request))})


class FollowView(JsonOnly, APIView):
    """What one employee noted of one customer."""

    acts = {"patch": Act.CUSTOMER_WRITE}

    @extend_schema(**schema.REMARK)
    @atomic_retry
    def patch(self, request: Request, pk: str, employee: str) -> HttpResponse:
        fields = _REMARK.run_validation(request.data)
        actor, employee_id = caller(request), identity(employee)
        customer = finding.locked(identity(pk), actor)
        finding.check_own(employee_id, actor)
        remarks.change_remark(customer=customer, employee_id=employee_id, by=actor, source=SOURCE, **fields)
        shown = masking.follows(reading.follows_in_full([customer.pk]), actor)
        (follow,) = [f for f in shown if f["employeeId"] == employee_id]
        return json_answer(follow, etag=customer.etag)
