"""The doors of ``/api/v1/customers``."""

from typing import Any, cast

from django.db.models import Field
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import FieldError, NotFound, RuleViolation
from core.headers import address_of, if_match, not_modified
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.actors import Actor
from corps.callers import caller
from corps.express import Overtaken
from corps.idempotency import Idempotent
from corps.policy import Act
from customers import cache, finding, lifecycle, listing, reading, selection
from customers.api import parameters, schema
from customers.api.answers import SOURCE, identity, json_answer, place
from customers.api.serializers import CustomerSerializer, NewCustomerSerializer
from customers.beginning import Wanted
from customers.custom import showing
from customers.models import Customer
from customers.privacy import masking, viewing

_REPLACED = [name for name in lifecycle.WRITABLE if name not in ("follow_user_id", "add_time", "status")]
# What a replacement leaves out gets these; follower, time of adding and status have acts of their own.
_DEFAULTS = {name: cast(Field, Customer._meta.get_field(name)).get_default() for name in _REPLACED}

# Made once: a serializer that only validates keeps nothing of a request, and copying its fields costs more than that.
_NEW, _FULL, _PART = NewCustomerSerializer(), CustomerSerializer(), CustomerSerializer(partial=True)


def wanted(body: Any, actor: Actor) -> Wanted:
    """The customer that a body asks for. Raises ValidationError, and RuleViolation of another company's."""
    fields = _NEW.run_validation(body)
    corp_id = fields.pop("corp_id", actor.corp_id)
    if corp_id != actor.corp_id:
        message = _("There is no such company.")
        raise RuleViolation("corp_unknown", message, [FieldError("corpId", "corp_unknown", message)])
    return Wanted(corp_id, fields.pop("external_userid"), actor, fields)


def created(one: Wanted) -> Customer:
    """That customer, made. Raises what the rule refuses."""
    return atomic_retry(lifecycle.create)(
        corp_id=one.corp_id, external_userid=one.external_userid, by=one.by, source=SOURCE, **one.fields
    )


class CustomerListView(Idempotent, Overtaken, JsonOnly, APIView):
    """The list, and the creation of one."""

    acts = {"get": Act.CUSTOMER_READ, "post": Act.CUSTOMER_WRITE}

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> HttpResponse:
        params = request.query_params
        filters = parameters.filters_of(params)
        wanted = selection.Wanted(caller(request), filters, parameters.sort_of(params, filters))
        more = parameters.with_custom_fields(params)
        if "cursor" in params:
            found = listing.after(wanted, cursor=params["cursor"], size=parameters.size_of(params))
        else:
            number, size = parameters.window_of(params)
            found = listing.page(wanted, number=number, size=size)
        if more:
            showing.include(found["list"], actor=wanted.actor)
        return json_answer(found)

    @extend_schema(**schema.CREATE)
    def post(self, request: Request) -> HttpResponse:
        customer = created(wanted(request.data, caller(request)))
        shown = masking.written(reading.of_instance(customer, []), caller(request))
        answer = json_answer(shown, status=201, etag=customer.etag)
        answer.headers["Location"] = place(customer)
        return answer


class CustomerDetailView(JsonOnly, APIView):
    """One customer: read from the cache, changed under its lock."""

    acts = {
        "get": Act.CUSTOMER_READ,
        "put": Act.CUSTOMER_WRITE,
        "patch": Act.CUSTOMER_WRITE,
        "delete": Act.CUSTOMER_DELETE,
    }

    @extend_schema(**schema.DETAIL)
    def get(self, request: Request, pk: str) -> HttpResponse:
        ident = identity(pk)
        actor = caller(request)
        versions = cache.versions(ident, actor)
        if versions is None:
            raise NotFound
        etag = f'"{versions[0]}"'
        # Also where the caller has it already: they look at it again.
        viewing.api(actor, ident, address_of(request.META))
        if not_modified(request, etag):
            return HttpResponse(status=304, headers={"ETag": etag})
        return HttpResponse(
            cache.detail(ident, versions, actor), content_type="application/json", headers={"ETag": etag}
        )

    @extend_schema(**schema.REPLACE)
    def put(self, request: Request, pk: str) -> HttpResponse:
        fields = _FULL.run_validation(request.data)
        return self._change(request, pk, _DEFAULTS | fields)

    @extend_schema(**schema.PATCH)
    def patch(self, request: Request, pk: str) -> HttpResponse:
        return self._change(request, pk, _PART.run_validation(request.data))

    @extend_schema(**schema.DELETE)
    @atomic_retry
    def delete(self, request: Request, pk: str) -> HttpResponse:
        customer = finding.locked(identity(pk), caller(request))
        lifecycle.delete(customer=customer, by=caller(request), source=SOURCE, if_version=if_match(request))
        return HttpResponse(status=204)

    @atomic_retry
    def _change(self, request: Request, pk: str, fields: dict[str, Any]) -> HttpResponse:
        actor = caller(request)
        customer = finding.locked(identity(pk), actor)
        fields = masking.meant(fields, customer, actor)
        row = lifecycle.update(customer=customer, by=actor, source=SOURCE, if_version=if_match(request), **fields)
        tags = reading.tags_of([row.pk]).get(row.pk, [])
        return json_answer(masking.written(reading.of_instance(row, tags), actor), etag=row.etag)
