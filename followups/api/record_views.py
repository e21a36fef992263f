"""The doors of ``/api/v1/followups``: those of the whole company, and one."""

from typing import Any

from django.http import Http404, StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core import exporting, newest
from core.filters import refuse_unknown
from core.headers import address_of, if_match
from core.negotiation import JsonOnly
from core.pagination import SIZE_DEFAULT, SIZE_MAX, bounded_count, whole
from core.retry import atomic_retry
from core.time import to_wire
from corps.callers import caller, company
from corps.models import Corp
from corps.policy import Act
from corps.scoping import Scoped
from corps.versioned import shaped
from customers.api.answers import identity
from customers.api.privacy.serializers import ReasonSerializer
from customers.choices import Source
from customers.privacy import accesses
from followups import revising, searching, sheet, unmasking
from followups.api import holding, schema
from followups.api.followup_filters import FollowUpFilter
from followups.api.serializers import FollowUpChangesSerializer, FollowUpSerializer, VersionSerializer
from followups.models import FollowUp, FollowUpVersion


class FollowUpListView(JsonOnly, Scoped, GenericAPIView):
    acts = {"get": Act.CUSTOMER_READ}
    serializer_class = FollowUpSerializer
    queryset = holding.with_parts(FollowUp.objects.all())
    filterset_class = FollowUpFilter
    extra_parameters = ("cursor",)

    @extend_schema(**schema.ALL)
    def get(self, request: Request) -> Response:
        rows, params = self.filter_queryset(self.get_queryset()), request.query_params
        words = params.get("q", "")
        if "cursor" in params:
            size = whole(params, "size", SIZE_DEFAULT, least=1, most=SIZE_MAX)
            found, after = searching.after(rows, words, cursor=params["cursor"], size=size)
            return Response({"list": FollowUpSerializer(found, many=True).data, "size": size, "nextCursor": after})
        rows, last = searching.reach(rows, words)
        page: Any = self.paginate_queryset(rows.order_by(*newest.order(searching.COLUMN)))
        answer = self.get_paginated_response(FollowUpSerializer(page, many=True).data)
        if words:
            answer.data["searchedBackTo"] = to_wire(last[0]) if last else None
        return answer


class FollowUpExportView(JsonOnly, Scoped, GenericAPIView):
    acts = {"get": Act.CUSTOMER_READ}
    serializer_class = BaseSerializer
    queryset = FollowUp.objects.all()
    filterset_class = FollowUpFilter
    extra_parameters = ("format",)
    pagination_class = None

    @extend_schema(**schema.EXPORT)
    def get(self, request: Request) -> StreamingHttpResponse:
        kind, words = exporting.asked_kind(request.query_params), request.query_params.get("q", "")
        rows = sheet.joined(searching.whole(self.filter_queryset(self.get_queryset()), words))
        told: Any = {"by": caller(request), "source": Source.API, "address": address_of(request.META)}
        number = bounded_count(rows, exporting.MOST_ROWS)[0]
        accesses.exported(what="followups", number=number, filters=request.query_params.dict(), **told)
        zone = Corp.objects.get(pk=company(request)).zone
        lines = sheet.table(newest.through(rows, searching.COLUMN, most=exporting.MOST_ROWS), zone)
        return exporting.as_file(lines, "follow-ups", kind, numbers=False)


class FollowUpView(JsonOnly, APIView):
    """One follow-up."""

    acts = {"get": Act.CUSTOMER_READ, "patch": Act.FOLLOWUP_WRITE, "delete": Act.FOLLOWUP_WRITE}

    @extend_schema(**schema.READ)
    def get(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return self._answer(request, pk)

    @extend_schema(**schema.PATCH)
    @atomic_retry
    def patch(self, request: Request, pk: str) -> Response:
        asked, row = shaped(FollowUpChangesSerializer, request), holding.changeable(pk, caller(request))
        revising.edit(follow_up=row, by=caller(request), source="api", if_version=if_match(request), **asked)
        return self._answer(request, pk)

    @extend_schema(**schema.DELETE)
    @atomic_retry
    def delete(self, request: Request, pk: str) -> Response:
        row = holding.changeable(pk, caller(request))
        revising.delete(follow_up=row, by=caller(request), source="api", if_version=if_match(request))
        return Response(status=204)

    def _answer(self, request: Request, pk: str) -> Response:
        row = holding.readable(pk, caller(request))
        return Response(FollowUpSerializer(row).data, headers={"ETag": f'"{row.version}"'})


class ShowView(JsonOnly, APIView):
    """No Idempotency-Key: its table would keep the numbers."""

    acts = {"post": Act.CUSTOMER_UNMASK}

    @extend_schema(**schema.SHOW)
    @atomic_retry
    def post(self, request: Request, pk: str) -> Response:
        asked, row = shaped(ReasonSerializer, request), holding.readable(pk, caller(request))
        told: Any = {"by": caller(request), "source": "api", "address": address_of(request.META)}
        content, *comments = unmasking.unmask(follow_up=row, **told, **asked)
        return Response({"content": content, "comments": comments})


class HistoryView(JsonOnly, Scoped, ListModelMixin, GenericAPIView):
    """How a follow-up read before; a deleted one has nothing else."""

    acts = {"get": Act.CUSTOMER_READ}
    serializer_class = VersionSerializer
    queryset = FollowUpVersion.objects.select_related("employee").order_by("-number")

    @extend_schema(**schema.HISTORY)
    def get(self, request: Request, pk: str) -> Response:
        mine = self.get_queryset().filter(follow_up_id=identity(pk))
        living = FollowUp.objects.visible_to(caller(request)).filter(pk=identity(pk))
        if not mine.exists() and not living.exists():
            raise Http404
        return self.list(request)

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(queryset).filter(follow_up_id=identity(self.kwargs["pk"]))
