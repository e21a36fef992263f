"""The doors that change the tags of one customer, and of many."""

from typing import Any, NamedTuple

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.bulk import counted
from core.errors import BadRequest, FieldError
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.actors import Actor
from corps.callers import caller
from corps.express import Overtaken
from corps.idempotency import Idempotent
from corps.policy import Act
from customers import bulk, finding, reading, tagging
from customers.api import schema
from customers.api.answers import SOURCE, identity, json_answer
from customers.api.serializers import BulkTagSerializer, TagChangeSerializer, TagRemovalSerializer
from customers.privacy import masking
from customers.tagging import TagChange

_TAGS, _UNTAG, _BULK = TagChangeSerializer(), TagRemovalSerializer(), BulkTagSerializer()


class Change(NamedTuple):
    """What a body asks for: tags to add and to remove, and for which follower."""

    add: list[int]
    remove: list[int]
    follower_id: int | None


def asked(body: Any) -> Change:
    """Raises ValidationError."""
    given = _TAGS.run_validation(body)
    add = [*given.get("tag_ids", []), *given.get("add_tag_ids", [])]
    return Change(add, given.get("remove_tag_ids", []), given.get("follow_user_id"))


@atomic_retry
def changed(pk: str, actor: Actor, add: list[int], remove: list[int], follower_id: int | None) -> TagChange:
    _some(add, remove)
    customer = finding.locked(identity(pk), actor)
    return tagging.change_tags(
        customer=customer, add=add, remove=remove, by=actor, source=SOURCE, follower_id=follower_id
    )


class CustomerTagsView(Idempotent, Overtaken, JsonOnly, APIView):
    """The tags of one customer."""

    acts = {"post": Act.CUSTOMER_TAG, "delete": Act.CUSTOMER_TAG}

    @extend_schema(**schema.TAG_CHANGE)
    def post(self, request: Request, pk: str) -> HttpResponse:
        return _answer(changed(pk, caller(request), *asked(request.data)), caller(request))

    @extend_schema(**schema.UNTAG)
    def delete(self, request: Request, pk: str) -> HttpResponse:
        given = _UNTAG.run_validation(request.data)
        change = changed(pk, caller(request), [], given["tag_ids"], given.get("follow_user_id"))
        return _answer(change, caller(request))


def _answer(change: TagChange, actor: Actor) -> HttpResponse:
    row = change.customer
    shown = masking.written(reading.of_instance(row, reading.tag_list(change.tags)), actor)
    return json_answer(shown, etag=row.etag)


class BulkTagsView(Idempotent, JsonOnly, APIView):
    """The same tag change for up to a hundred customers."""

    acts = {"post": Act.CUSTOMER_TAG}

    @extend_schema(**schema.BULK_TAGS)
    def post(self, request: Request) -> HttpResponse:
        given = _BULK.run_validation(request.data)
        add, remove = given.get("add_tag_ids", []), given.get("remove_tag_ids", [])
        _some(add, remove)
        results = bulk.change_tags(
            customer_ids=given["customer_ids"],
            add=add,
            remove=remove,
            by=caller(request),
            source=SOURCE,
            follower_id=given.get("follow_user_id"),
        )
        return json_answer(counted(results))


def _some(add: list[int], remove: list[int]) -> None:
    if not add and not remove:
        message = _("Name at least one tag to add or remove.")
        raise BadRequest("no_tags", message, [FieldError("tagIds", "required", message)])
