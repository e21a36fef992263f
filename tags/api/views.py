"""The doors of ``/api/v1/tag-groups`` and ``/api/v1/tags``."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.filters import refuse_unknown
from core.headers import if_match
from core.retry import atomic_retry
from corps.callers import caller, company
from corps.policy import Act
from corps.versioned import VersionedViewSet, shaped
from tags import catalog, finding, grouping, ordering
from tags.api import schema, serializers
from tags.api.filters import WITH_TAGS, TagFilter, TagGroupFilter
from tags.models import Tag, TagGroup

SOURCE = "api"
_ACTS = {"list": Act.TAG_READ, "retrieve": Act.TAG_READ} | dict.fromkeys(
    ("create", "update", "partial_update", "destroy", "order", "order_tags", "move", "merge"), Act.TAG_WRITE
)


class CatalogViewSet(VersionedViewSet):
    """What both have: their acts, and what a row is shown with."""

    acts = _ACTS
    whole: QuerySet[Any]

    def shown(self) -> Any:
        return self.whole.all().visible_to(caller(self.request)).live()  # type: ignore[attr-defined]


class TagGroupViewSet(CatalogViewSet):
    """Groups of tags."""

    queryset = TagGroup.objects.live().order_by("order", "id")
    whole = TagGroup.objects.prefetch_related(WITH_TAGS)
    serializer_class = serializers.TagGroupSerializer
    filterset_class = TagGroupFilter

    @extend_schema(**schema.GROUPS)
    def list(self, request: Request) -> Response:
        return super().list(request)

    @extend_schema(filters=False, **schema.GROUP)
    def retrieve(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return self.answer(int(pk))

    @extend_schema(**schema.NEW_GROUP)
    @atomic_retry
    def create(self, request: Request) -> Response:
        asked = shaped(serializers.NewTagGroupSerializer, request)
        row = grouping.create_group(corp_id=company(request), by=caller(request), source=SOURCE, **asked)
        return self.answer(row.pk, status=201)

    @extend_schema(**schema.REPLACE_GROUP)
    def update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, shaped(serializers.TagGroupFactsSerializer, request))

    @extend_schema(**schema.PATCH_GROUP)
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, shaped(serializers.TagGroupFactsSerializer, request, partial=True))

    @atomic_retry
    def _change(self, request: Request, pk: str, asked: dict[str, Any]) -> Response:
        group = finding.group(int(pk), caller(request))
        grouping.update_group(group=group, by=caller(request), source=SOURCE, if_version=if_match(request), **asked)
        return self.answer(group.pk)

    @extend_schema(**schema.DELETE_GROUP)
    @atomic_retry
    def destroy(self, request: Request, pk: str) -> Response:
        group = finding.group(int(pk), caller(request))
        grouping.delete_group(group=group, by=caller(request), source=SOURCE, if_version=if_match(request))
        return Response(status=204)

    @extend_schema(**schema.ORDER_GROUPS)
    @atomic_retry
    def order(self, request: Request) -> Response:
        asked = shaped(serializers.TagGroupOrderSerializer, request)
        ordering.order_groups(corp_id=company(request), by=caller(request), source=SOURCE, **asked)
        return Response(status=204)

    @extend_schema(**schema.ORDER_TAGS)
    @atomic_retry
    def order_tags(self, request: Request, pk: str) -> Response:
        asked = shaped(serializers.TagOrderSerializer, request)
        group = finding.group(int(pk), caller(request))
        ordering.order_tags(group=group, by=caller(request), source=SOURCE, **asked)
        return Response(status=204)


class TagViewSet(CatalogViewSet):
    """Tags."""

    queryset = Tag.objects.live().select_related("group").order_by("group__order", "group_id", "order", "id")
    whole = Tag.objects.select_related("group")
    serializer_class = serializers.TagSerializer
    filterset_class = TagFilter

    @extend_schema(**schema.TAGS)
    def list(self, request: Request) -> Response:
        return super().list(request)

    @extend_schema(filters=False, **schema.TAG)
    def retrieve(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return self.answer(int(pk))

    @extend_schema(**schema.NEW_TAG)
    @atomic_retry
    def create(self, request: Request) -> Response:
        asked = shaped(serializers.NewTagSerializer, request)
        group = finding.named_group(asked.pop("group_id"), caller(request))
        tag = catalog.create_tag(group=group, by=caller(request), source=SOURCE, **asked)
        return self.answer(tag.pk, status=201)

    @extend_schema(**schema.REPLACE_TAG)
    def update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, shaped(serializers.TagFactsSerializer, request))

    @extend_schema(**schema.PATCH_TAG)
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, shaped(serializers.TagFactsSerializer, request, partial=True))

    @atomic_retry
    def _change(self, request: Request, pk: str, asked: dict[str, Any]) -> Response:
        tag = finding.tag(int(pk), caller(request))
        catalog.update_tag(tag=tag, by=caller(request), source=SOURCE, if_version=if_match(request), **asked)
        return self.answer(tag.pk)

    @extend_schema(**schema.DELETE_TAG)
    @atomic_retry
    def destroy(self, request: Request, pk: str) -> Response:
        tag = finding.tag(int(pk), caller(request))
        catalog.delete_tag(tag=tag, by=caller(request), source=SOURCE, if_version=if_match(request))
        return Response(status=204)

    @extend_schema(**schema.MOVE_TAG)
    @atomic_retry
    def move(self, request: Request, pk: str) -> Response:
        tag = finding.tag(int(pk), caller(request))
        group = finding.named_group(shaped(serializers.TagMoveSerializer, request)["group_id"], caller(request))
        catalog.move_tag(tag=tag, group=group, by=caller(request), source=SOURCE, if_version=if_match(request))
        return self.answer(tag.pk)

    @extend_schema(**schema.MERGE_TAG)
    @atomic_retry
    def merge(self, request: Request, pk: str) -> Response:
        tag = finding.tag(int(pk), caller(request))
        into = finding.named_tag(shaped(serializers.TagMergeSerializer, request)["into_tag_id"], caller(request))
        catalog.merge_tag(tag=tag, into=into, by=caller(request), source=SOURCE, if_version=if_match(request))
        return self.answer(into.pk)
