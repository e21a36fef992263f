"""The door to what became of a customer's values."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import BadRequest, FieldError
from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from core.pagination import whole
from corps.callers import caller
from corps.policy import Act
from customers import finding
from customers.api.answers import identity, json_answer
from customers.api.history import schema
from customers.api.parameters import MAX_ID
from customers.history import showing
from customers.history.fields import NAMES


class ValueHistoryView(JsonOnly, APIView):
    """What facts of one customer and notes of its relations were before."""

    acts = {"get": Act.CUSTOMER_READ}

    @extend_schema(**schema.HISTORY)
    def get(self, request: Request, pk: str) -> HttpResponse:
        params, actor = request.query_params, caller(request)
        refuse_unknown(params, ("field", "employeeId", "before"))
        before, employee = (whole(params, name, 0, least=1, most=MAX_ID) for name in ("before", "employeeId"))
        field, customer = _field(params.get("field", "")), finding.one(identity(pk), actor)
        told = showing.page(customer, actor=actor, before=before, field=field, employee_id=employee)
        return json_answer(told)


def _field(name: str) -> str:
    if name and name not in NAMES:
        message = _("This is no field with a history.")
        raise BadRequest("invalid_parameter", message, [FieldError("field", "field_unknown", message)])
    return name
