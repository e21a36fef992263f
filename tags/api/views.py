"""The doors of ``/api/v1/tag-groups`` and ``/api/v1/tags``."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.filters import refuse_unknown
from core.headers import if_match
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller, company
from corps.idempotency import Idempotent
from corps.policy import Act
from corps.scoping import ScopedViewSet
from tags import catalog, finding, grouping, ordering
from tags.api import schema, serializers
from tags.api.filters import WITH_TAGS, TagFilter, TagGroupFilter
from tags.models import Tag, TagGroup

SOURCE = "api"
_ACTS = {"list": Act.TAG_READ, "retrieve": Act.TAG_READ} | dict.fromkeys(
    ("create", "update", "partial_update", "destroy", "order", "order_tags", "move", "merge"), Act.TAG_WRITE
)


def _shaped(serializer: Any, request: Request, **options: Any) -> dict[str, Any]:
    form = serializer(data=request.data, **options)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


class CatalogViewSet(Idempotent, JsonOnly, ListModelMixin, ScopedViewSet):
    """What both have: a list, and the answer that shows one row with its version as the ETag."""

    acts = _ACTS
    shown: QuerySet[Any]

    def _answer(self, pk: int, status: int = 200) -> Response:
        rows = self.shown.all().visible_to(caller(self.request)).live()  # type: ignore[attr-defined]
        row = get_object_or_404(rows, pk=pk)
        headers = {"ETag": f'"{row.version}"'}
        if status == 201:
            headers["Location"] = f"{self.request.path.rstrip('/')}/{pk}"
        return Response(self.get_serializer(row).data, status=status, headers=headers)


class TagGroupViewSet(CatalogViewSet):
    """Groups of tags."""

    queryset = TagGroup.objects.live().order_by("order", "id")
    shown = TagGroup.objects.prefetch_related(WITH_TAGS)
    serializer_class = serializers.TagGroupSerializer
    filterset_class = TagGroupFilter

    @extend_schema(**schema.GROUPS)
    def list(self, request: Request) -> Response:
        return super().list(request)

    @extend_schema(filters=False, **schema.GROUP)
    def retrieve(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return self._answer(int(pk))

    @extend_schema(**schema.NEW_GROUP)
    @atomic_retry
    def create(self, request: Request) -> Response:
        asked = _shaped(serializers.NewTagGroupSerializer, request)
        row = grouping.create_group(corp_id=company(request), by=caller(request), source=SOURCE, **asked)
        return self._answer(row.pk, status=201)

    @extend_schema(**schema.REPLACE_GROUP)
    def update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, _shaped(serializers.TagGroupFactsSerializer, request))

    @extend_schema(**schema.PATCH_GROUP)
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, _shaped(serializers.TagGroupFactsSerializer, request, partial=True))

    @atomic_retry
    def _change(self, request: Request, pk: str, asked: dict[str, Any]) -> Response:
        group = finding.group(int(pk), caller(request))
        grouping.update_group(group=group, by=caller(request), source=SOURCE, if_version=if_match(request), **asked)
        return self._answer(group.pk)

    @extend_schema(**schema.DELETE_GROUP)
    @atomic_retry
    def destroy(self, request: Request, pk: str) -> Response:
        group = finding.group(int(pk), caller(request))
        grouping.delete_group(group=group, by=caller(request), source=SOURCE, if_version=if_match(request))
        return Response(status=204)

    @extend_schema(**schema.ORDER_GROUPS)
    @atomic_retry
    def order(self, request: Request) -> Response:
        asked = _shaped(serializers.TagGroupOrderSerializer, request)
        ordering.order_groups(corp_id=company(request), by=caller(request), source=SOURCE, **asked)
        return Response(status=204)

    @extend_schema(**schema.ORDER_TAGS)
    @atomic_retry
    def order_tags(self, request: Request, pk: str) -> Response:
        asked = _shaped(serializers.TagOrderSerializer, request)
        group = finding.group(int(pk), caller(request))
        ordering.order_tags(group=group, by=caller(request), source=SOURCE, **asked)
        return Response(status=204)


class TagViewSet(CatalogViewSet):
    """Tags."""

    queryset = Tag.objects.live().select_related("group").order_by("group__order", "group_id", "order", "id")
    shown = Tag.objects.select_related("group")
    serializer_class = serializers.TagSerializer
    filterset_class = TagFilter

    @extend_schema(**schema.TAGS)
    def list(self, request: Request) -> Response:
        return super().list(request)

    @extend_schema(filters=False, **schema.TAG)
    def retrieve(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return self._answer(int(pk))

    @extend_schema(**schema.NEW_TAG)
    @atomic_retry
    def create(self, request: Request) -> Response:
        asked = _shaped(serializers.NewTagSerializer, request)
        group = finding.named_group(asked.pop("group_id"), caller(request))
        tag = catalog.create_tag(group=group, by=caller(request), source=SOURCE, **asked)
        return self._answer(tag.pk, status=201)

    @extend_schema(**schema.REPLACE_TAG)
    def update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, _shaped(serializers.TagFactsSerializer, request))

    @extend_schema(**schema.PATCH_TAG)
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, _shaped(serializers.TagFactsSerializer, request, partial=True))

    @atomic_retry
    def _change(self, request: Request, pk: str, asked: dict[str, Any]) -> Response:
        tag = finding.tag(int(pk), caller(request))
        catalog.update_tag(tag=tag, by=caller(request), source=SOURCE, if_version=if_match(request), **asked)
        return self._answer(tag.pk)

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
        group = finding.named_group(_shaped(serializers.TagMoveSerializer, request)["group_id"], caller(request))
        catalog.move_tag(tag=tag, group=group, by=caller(request), source=SOURCE, if_version=if_match(request))
        return self._answer(tag.pk)

    @extend_schema(**schema.MERGE_TAG)
    @atomic_retry
    def merge(self, request: Request, pk: str) -> Response:
        tag = finding.tag(int(pk), caller(request))
        into = finding.named_tag(_shaped(serializers.TagMergeSerializer, request)["into_tag_id"], caller(request))
        catalog.merge_tag(tag=tag, into=into, by=caller(request), source=SOURCE, if_version=if_match(request))
        return self._answer(into.pk)
