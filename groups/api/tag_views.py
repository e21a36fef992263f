"""The doors of the tags that are ours: their catalogue, and putting them on group chats."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.bulk import counted
from core.errors import BadRequest, FieldError
from core.filters import refuse_unknown
from core.headers import if_match
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller, company
from corps.idempotency import Idempotent
from corps.policy import Act
from corps.versioned import VersionedViewSet, shaped
from groups import bulk as bulk_rules
from groups import catalogue, finding, tagging
from groups.api import serializers, tag_schema
from groups.api.filters import GroupTagFilter
from groups.models import GroupTag, GroupTagSet

SOURCE = "api"
_ACTS = {"list": Act.TAG_READ, "retrieve": Act.TAG_READ} | dict.fromkeys(
    ("create", "partial_update", "destroy"), Act.TAG_WRITE
)


class GroupTagSetViewSet(VersionedViewSet):
    """Sets of group tags."""

    acts = _ACTS
    queryset = GroupTagSet.objects.order_by("order", "id")
    serializer_class = serializers.GroupTagSetSerializer
    filterset_class = None

    @extend_schema(**tag_schema.SETS)
    def list(self, request: Request) -> Response:
        return super().list(request)

    @extend_schema(**tag_schema.SET)
    def retrieve(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return self.answer(int(pk))

    @extend_schema(**tag_schema.NEW_SET)
    @atomic_retry
    def create(self, request: Request) -> Response:
        asked = shaped(serializers.NewGroupTagSetSerializer, request)
        row = catalogue.create_set(corp_id=company(request), by=caller(request), source=SOURCE, **asked)
        return self.answer(row.pk, status=201)

    @extend_schema(**tag_schema.PATCH_SET)
    @atomic_retry
    def partial_update(self, request: Request, pk: str) -> Response:
        asked = shaped(serializers.GroupTagFactsSerializer, request, partial=True)
        row = finding.tag_set(int(pk), caller(request))
        catalogue.update_set(set=row, by=caller(request), source=SOURCE, if_version=if_match(request), **asked)
        return self.answer(row.pk)

    @extend_schema(**tag_schema.DELETE_SET)
    @atomic_retry
    def destroy(self, request: Request, pk: str) -> Response:
        row = finding.tag_set(int(pk), caller(request))
        catalogue.delete_set(set=row, by=caller(request), source=SOURCE, if_version=if_match(request))
        return Response(status=204)


class GroupTagViewSet(VersionedViewSet):
    """Group tags."""

    acts = _ACTS
    queryset = GroupTag.objects.select_related("set").order_by("set__order", "set_id", "order", "id")
    serializer_class = serializers.GroupTagSerializer
    filterset_class = GroupTagFilter

    @extend_schema(**tag_schema.TAGS)
    def list(self, request: Request) -> Response:
        return super().list(request)

    @extend_schema(filters=False, **tag_schema.TAG)
    def retrieve(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return self.answer(int(pk))

    @extend_schema(**tag_schema.NEW_TAG)
    @atomic_retry
    def create(self, request: Request) -> Response:
        asked = shaped(serializers.NewGroupTagSerializer, request)
        home = finding.named_tag_set(asked.pop("set_id"), caller(request))
        tag = catalogue.create_tag(set=home, by=caller(request), source=SOURCE, **asked)
        return self.answer(tag.pk, status=201)

    @extend_schema(**tag_schema.PATCH_TAG)
    @atomic_retry
    def partial_update(self, request: Request, pk: str) -> Response:
        asked = shaped(serializers.GroupTagFactsSerializer, request, partial=True)
        tag = finding.tag(int(pk), caller(request))
        catalogue.update_tag(tag=tag, by=caller(request), source=SOURCE, if_version=if_match(request), **asked)
        return self.answer(tag.pk)

    @extend_schema(**tag_schema.DELETE_TAG)
    @atomic_retry
    def destroy(self, request: Request, pk: str) -> Response:
        tag = finding.tag(int(pk), caller(request))
        catalogue.delete_tag(tag=tag, by=caller(request), source=SOURCE, if_version=if_match(request))
        return Response(status=204)


class GroupTagsView(Idempotent, JsonOnly, APIView):
    """The tags of one chat."""

    acts = {"post": Act.GROUP_TAG}

    @extend_schema(**tag_schema.CHANGE)
    def post(self, request: Request, pk: str) -> Response:
        add, remove = _directions(shaped(serializers.ChatTagsSerializer, request))
        return self._change(request, int(pk), add, remove)

    @atomic_retry
    def _change(self, request: Request, pk: int, add: list[int], remove: list[int]) -> Response:
        by = caller(request)
        tagging.change_tags(chat=finding.one(pk, by), add=add, remove=remove, by=by, source=SOURCE)
        return Response(finding.shown(pk, by))


class BulkGroupTagsView(Idempotent, JsonOnly, APIView):
    """The same change for up to a hundred chats."""

    acts = {"post": Act.GROUP_TAG}

    @extend_schema(**tag_schema.BULK)
    def post(self, request: Request) -> Response:
        asked = shaped(serializers.BulkChatTagsSerializer, request)
        add, remove = _directions(asked)
        results = bulk_rules.change_tags(
            chat_ids=asked["group_ids"], add=add, remove=remove, by=caller(request), source=SOURCE
        )
        return Response(counted(results))


def _directions(asked: dict[str, Any]) -> tuple[list[int], list[int]]:
    add, remove = asked.get("add_tag_ids", []), asked.get("remove_tag_ids", [])
    if not add and not remove:
        message = _("Name at least one tag to add or remove.")
        raise BadRequest("no_tags", message, [FieldError("addTagIds", "required", message)])
    return add, remove
