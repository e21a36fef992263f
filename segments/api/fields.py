"""The door of ``/api/v1/segments/fields``."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from corps.callers import company
from corps.policy import Act
from customers.api.answers import json_answer
from segments.api import fields_schema
from segments.fields.listing import listing


class FieldsView(JsonOnly, APIView):
    """The dictionary of what conditions can ask."""

    acts = {"get": Act.CUSTOMER_READ}

    @extend_schema(**fields_schema.LIST)
    def get(self, request: Request) -> HttpResponse:
        refuse_unknown(request.query_params, ())
        return json_answer(listing(company(request)))
