"""The doors of ``/api/v1/customers``."""

from typing import Any, cast

from django.db.models import Field
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import BadRequest, FieldError, NotFound, RuleViolation
from core.headers import if_match, not_modified
from core.negotiation import JsonOnly
from core.rendering import dumps
from core.retry import atomic_retry
from corps.callers import caller, company
from corps.idempotency import Idempotent
from corps.policy import Act
from customers import bulk, cache, finding, lifecycle, listing, reading, selection, tagging
from customers.api import parameters, schema
from customers.api.parameters import MAX_ID
from customers.api.serializers import (
    BulkTagSerializer,
    CustomerSerializer,
    NewCustomerSerializer,
    TagChangeSerializer,
    TagRemovalSerializer,
)
from customers.models import Customer

SOURCE = "api"
_REPLACED = [name for name in lifecycle.WRITABLE if name not in ("follow_user_id", "add_time", "status", "blacklisted")]
# What a replacement leaves out gets these; follower, time of adding, status and blacklist have acts of their own.
_DEFAULTS = {name: cast(Field, Customer._meta.get_field(name)).get_default() for name in _REPLACED}


def _json(data: Any, *, status: int = 200, etag: str = "") -> HttpResponse:
    answer = HttpResponse(dumps(data), status=status, content_type="application/json")
    if etag:
        answer.headers["ETag"] = etag
    return answer


# Made once: a serializer that only validates keeps nothing of a request, and copying its fields costs more than that.
_NEW, _FULL, _PART = NewCustomerSerializer(), CustomerSerializer(), CustomerSerializer(partial=True)
_TAGS, _UNTAG, _BULK = TagChangeSerializer(), TagRemovalSerializer(), BulkTagSerializer()


class CustomerListView(Idempotent, JsonOnly, APIView):
    """The list, and the creation of one."""

    acts = {"get": Act.CUSTOMER_READ, "post": Act.CUSTOMER_WRITE}

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> HttpResponse:
        params = request.query_params
        filters = parameters.filters_of(params)
        wanted = selection.Wanted(caller(request), filters, parameters.sort_of(params, filters))
        if "cursor" in params:
            return _json(listing.after(wanted, cursor=params["cursor"], size=parameters.size_of(params)))
        number, size = parameters.window_of(params)
        return _json(listing.page(wanted, number=number, size=size))

    @extend_schema(**schema.CREATE)
    def post(self, request: Request) -> HttpResponse:
        fields = _NEW.run_validation(request.data)
        corp_id = fields.pop("corp_id", company(request))
        if corp_id != company(request):
            message = _("There is no such company.")
            raise RuleViolation("corp_unknown", message, [FieldError("corpId", "corp_unknown", message)])
        customer = atomic_retry(lifecycle.create)(corp_id=corp_id, by=caller(request), source=SOURCE, **fields)
        answer = _json(reading.of_instance(customer, []), status=201, etag=customer.etag)
        answer.headers["Location"] = f"/api/v1/customers/{customer.pk}"
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
        versions = cache.versions(ident, caller(request))
        if versions is None:
            raise NotFound
        etag = f'"{versions[0]}"'
        if not_modified(request, etag):
            return HttpResponse(status=304, headers={"ETag": etag})
        return HttpResponse(cache.detail(ident, versions), content_type="application/json", headers={"ETag": etag})

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
        customer = finding.locked(identity(pk), caller(request))
        row = lifecycle.update(
            customer=customer, by=caller(request), source=SOURCE, if_version=if_match(request), **fields
        )
        tags = reading.tags_of([row.pk]).get(row.pk, [])
        return _json(reading.of_instance(row, tags), etag=row.etag)


class CustomerTagsView(Idempotent, JsonOnly, APIView):
    """The tags of one customer."""

    acts = {"post": Act.CUSTOMER_TAG, "delete": Act.CUSTOMER_TAG}

    @extend_schema(**schema.TAG_CHANGE)
    def post(self, request: Request, pk: str) -> HttpResponse:
        asked = _TAGS.run_validation(request.data)
        add = [*asked.get("tag_ids", []), *asked.get("add_tag_ids", [])]
        return self._change(request, pk, add, asked.get("remove_tag_ids", []), asked.get("follow_user_id"))

    @extend_schema(**schema.UNTAG)
    def delete(self, request: Request, pk: str) -> HttpResponse:
        asked = _UNTAG.run_validation(request.data)
        return self._change(request, pk, [], asked["tag_ids"], asked.get("follow_user_id"))

    @atomic_retry
    def _change(
        self, request: Request, pk: str, add: list[int], remove: list[int], follower_id: int | None
    ) -> HttpResponse:
        _some(add, remove)
        customer = finding.locked(identity(pk), caller(request))
        change = tagging.change_tags(
            customer=customer, add=add, remove=remove, by=caller(request), source=SOURCE, follower_id=follower_id
        )
        row = change.customer
        return _json(reading.of_instance(row, reading.tag_list(change.tags)), etag=row.etag)


class BulkTagsView(Idempotent, JsonOnly, APIView):
    """The same tag change for up to a hundred customers."""

    acts = {"post": Act.CUSTOMER_TAG}

    @extend_schema(**schema.BULK_TAGS)
    def post(self, request: Request) -> HttpResponse:
        asked = _BULK.run_validation(request.data)
        add, remove = asked.get("add_tag_ids", []), asked.get("remove_tag_ids", [])
        _some(add, remove)
        results = bulk.change_tags(
            customer_ids=asked["customer_ids"],
            add=add,
            remove=remove,
            by=caller(request),
            source=SOURCE,
            follower_id=asked.get("follow_user_id"),
        )
        counts = {s: sum(r["status"] == s for r in results) for s in ("changed", "unchanged", "failed")}
        return _json({"list": results, "total": len(results)} | counts)


def identity(pk: str) -> int:
    """The id of a path. A number that no row can have is simply not there."""
    if len(pk) > 19 or int(pk) > MAX_ID:
        raise NotFound
    return int(pk)


def _some(add: list[int], remove: list[int]) -> None:
    if not add and not remove:
        message = _("Name at least one tag to add or remove.")
        raise BadRequest("no_tags", message, [FieldError("tagIds", "required", message)])
