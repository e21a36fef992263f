"""The doors of ``/api/v1/tag-rules``: what rules say, and their states."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.filters import refuse_unknown
from core.headers import if_match
from core.retry import atomic_retry
from corps.callers import caller, company
from corps.policy import Act
from corps.versioned import VersionedViewSet, shaped
from customers.api.answers import SOURCE, identity
from segments import ringing
from segments.api.rules import schema, shapes
from segments.api.rules.asking import RuleFilter
from segments.api.rules.serializers import TagRuleSerializer, WrittenRuleSerializer
from segments.models import TagRule
from segments.rules import changing, jobs, states

_READ, _WRITE = Act.RULE_READ, Act.RULE_WRITE
_WRITERS = ("create", "partial_update", "activate", "pause", "retire", "try_out", "backfill")


class TagRuleViewSet(VersionedViewSet):
    """The rules, those that go before others first."""

    acts = dict.fromkeys(("list", "retrieve", "versions"), _READ) | dict.fromkeys(_WRITERS, _WRITE)
    queryset = TagRule.objects.prefetch_related("versions").order_by("order", "id")
    serializer_class = TagRuleSerializer
    filterset_class = RuleFilter

    @extend_schema(**schema.LIST)
    def list(self, request: Request) -> Response:
        return super().list(request)

    @extend_schema(**schema.READ)
    def retrieve(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return self.answer(identity(pk))

    @extend_schema(**schema.CREATE)
    @atomic_retry
    def create(self, request: Request) -> Response:
        asked = shaped(WrittenRuleSerializer, request)
        row = changing.create_rule(corp_id=company(request), by=caller(request), source=SOURCE, **asked)
        return self.answer(row.pk, status=201)

    @extend_schema(**schema.PATCH)
    @atomic_retry
    def partial_update(self, request: Request, pk: str) -> Response:
        asked = shaped(WrittenRuleSerializer, request, partial=True)
        act: Any = {"by": caller(request), "source": SOURCE, "if_version": if_match(request)}
        changing.update_rule(rule=self._row(pk), **act, **asked)
        return self.answer(identity(pk))

    @extend_schema(**schema.VERSIONS)
    def versions(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return Response({"list": [shapes.version(row) for row in self._row(pk).versions.order_by("-number")[:100]]})

    @extend_schema(**schema.ACTIVATE)
    def activate(self, request: Request, pk: str) -> Response:
        return self._move(request, pk, states.activate)

    @extend_schema(**schema.PAUSE)
    def pause(self, request: Request, pk: str) -> Response:
        return self._move(request, pk, states.pause)

    @extend_schema(**schema.RETIRE)
    def retire(self, request: Request, pk: str) -> Response:
        return self._move(request, pk, states.retire)

    @extend_schema(**schema.TRIAL)
    @atomic_retry
    def try_out(self, request: Request, pk: str) -> Response:
        return self._begin(request, pk, jobs.begin_trial)

    @extend_schema(**schema.BACKFILL)
    @atomic_retry
    def backfill(self, request: Request, pk: str) -> Response:
        return self._begin(request, pk, jobs.begin_backfill)

    @atomic_retry
    def _move(self, request: Request, pk: str, act: Any) -> Response:
        act(rule=self._row(pk), by=caller(request), source=SOURCE, if_version=if_match(request))
        return self.answer(identity(pk))

    def _begin(self, request: Request, pk: str, act: Any) -> Response:
        run = act(rule=self._row(pk), by=caller(request), source=SOURCE)
        ringing.for_rule_run(run.pk)
        return Response(shapes.run(run), status=201)

    def _row(self, pk: str) -> TagRule:
        return get_object_or_404(TagRule.objects.visible_to(caller(self.request)), pk=identity(pk))
