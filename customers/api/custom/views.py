"""The doors of ``/api/v1/custom-fields``."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import BadRequest, FieldError
from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from corps.callers import caller
from corps.policy import Act
from customers import custom
from customers.api import kept
from customers.api.answers import identity, json_answer
from customers.api.custom import schema
from customers.api.custom.serializers import ChangedFieldSerializer, CustomFieldSerializer, NewFieldSerializer
from customers.custom.converting import trial
from customers.custom.kinds import BY_WIRE
from customers.models import CustomField


@extend_schema_view(
    list=extend_schema(**schema.LIST),
    retrieve=extend_schema(**schema.READ),
    create=extend_schema(**schema.CREATE),
    update=extend_schema(**schema.REPLACE),
    partial_update=extend_schema(**schema.PATCH),
    destroy=extend_schema(**schema.DELETE),
)
class CustomFieldViewSet(kept.KeptViewSet):
    """The custom fields, in the company's order."""

    acts = kept.acts(read=Act.CUSTOMER_READ, write=Act.CUSTOM_FIELD_WRITE)
    queryset = CustomField.objects.order_by("order", "id").prefetch_related("options")
    serializer_class = CustomFieldSerializer
    facts, new = ChangedFieldSerializer, NewFieldSerializer
    make = staticmethod(custom.create_field)
    change = staticmethod(custom.update_field)
    remove = staticmethod(custom.delete_field)
    argument = "field"


class ConversionView(JsonOnly, APIView):
    """What another kind would come to."""

    acts = {"get": Act.CUSTOM_FIELD_WRITE}

    @extend_schema(**schema.TRIAL)
    def get(self, request: Request, pk: str) -> HttpResponse:
        refuse_unknown(request.query_params, ("kind",))
        field = get_object_or_404(CustomField.objects.visible_to(caller(request)), pk=identity(pk))
        kind = BY_WIRE.get(request.query_params.get("kind", ""))
        if kind is None:
            message = _("One of these is needed here: %(names)s.") % {"names": ", ".join(BY_WIRE)}
            raise BadRequest("invalid_parameter", message, [FieldError("kind", "invalid_choice", message)])
        found = trial(field, kind)
        told = {"values": found.values, "valuesExact": found.exact, "staying": found.staying}
        return json_answer({"allowed": found.allowed} | told)
