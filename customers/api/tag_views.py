"""The doors that change the tags of one customer, and of many."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import BadRequest, FieldError
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from customers import bulk, finding, reading, tagging
from customers.api import schema
from customers.api.answers import SOURCE, identity, json_answer
from customers.api.serializers import BulkTagSerializer, TagChangeSerializer, TagRemovalSerializer

_TAGS, _UNTAG, _BULK = TagChangeSerializer(), TagRemovalSerializer(), BulkTagSerializer()


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
        return json_answer(reading.of_instance(row, reading.tag_list(change.tags)), etag=row.etag)


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
        return json_answer({"list": results, "total": len(results)} | counts)


def _some(add: list[int], remove: list[int]) -> None:
    if not add and not remove:
        message = _("Name at least one tag to add or remove.")
        raise BadRequest("no_tags", message, [FieldError("tagIds", "required", message)])
