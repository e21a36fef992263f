"""The doors of runs: how far they are, what they changed, and how they are held, called off and taken back."""

from functools import partial
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from corps.querysets import owns_narrowly
from corps.scoping import Scoped
from customers.api.answers import SOURCE, identity
from segments import ringing
from segments.api.rules import run_schema as schema
from segments.api.rules import shapes
from segments.api.rules.asking import EffectFilter, RunFilter
from segments.models import RuleEffect, RuleRun
from segments.rules import jobs
from segments.rules.noted import Noted


class ListView(JsonOnly, Scoped, GenericAPIView):
    """A list whose rows are shaped by a function."""

    acts = {"get": Act.RULE_READ}
    serializer_class = BaseSerializer
    shape: Any

    def listed(self, request: Request, **shared: Any) -> Response:
        """``shared``: what the shapes of one page share."""
        rows = self.filter_queryset(self.get_queryset())
        found: Any = self.paginate_queryset(rows)
        return self.get_paginated_response([type(self).shape(row, **shared) for row in found])


class RunsView(ListView):
    queryset = RuleRun.objects.select_related("rule_version").order_by("-id")
    filterset_class = RunFilter
    # A list has no samples: they are as long as the rest of it.
    shape = staticmethod(partial(shapes.run, sample=False))

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        return self.listed(request)


class RunView(JsonOnly, APIView):
    acts = {"get": Act.RULE_READ}

    @extend_schema(**schema.READ)
    def get(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return Response(_shown(request, _run(request, pk)))


class EffectsView(ListView):
    queryset = RuleEffect.objects.select_related("rule", "rule_version").order_by("-id")
    filterset_class = EffectFilter
    shape = staticmethod(shapes.effect)

    @extend_schema(**schema.EFFECTS)
    def get(self, request: Request) -> Response:
        return self.listed(request, noted=Noted())


class RunActView(Idempotent, JsonOnly, APIView):
    """An act on a run. A subclass names the rule and the status of its answer."""

    acts = {"post": Act.RULE_WRITE}
    rule: Any
    status = 200

    @atomic_retry
    def act(self, request: Request, pk: str) -> Response:
        row = type(self).rule(run=_run(request, pk), by=caller(request), source=SOURCE)
        if row.state == RuleRun.State.RUNNING:
            ringing.for_rule_run(row.pk)
        return Response(_shown(request, row), status=self.status)


class RunPauseView(RunActView):
    rule = staticmethod(jobs.pause)

    @extend_schema(**schema.PAUSE)
    def post(self, request: Request, pk: str) -> Response:
        return self.act(request, pk)


class RunResumeView(RunActView):
    rule = staticmethod(jobs.resume)

    @extend_schema(**schema.RESUME)
    def post(self, request: Request, pk: str) -> Response:
        return self.act(request, pk)


class RunCancelView(RunActView):
    rule = staticmethod(jobs.cancel)

    @extend_schema(**schema.CANCEL)
    def post(self, request: Request, pk: str) -> Response:
        return self.act(request, pk)


class RunUndoView(RunActView):
    rule = staticmethod(jobs.begin_undo)
    status = 201

    @extend_schema(**schema.UNDO)
    def post(self, request: Request, pk: str) -> Response:
        return self.act(request, pk)


def _run(request: Request, pk: str) -> RuleRun:
    return get_object_or_404(RuleRun.objects.visible_to(caller(request)), pk=identity(pk))


def _shown(request: Request, row: RuleRun) -> dict[str, Any]:
    # A dry run looks at every customer; whoever doesn't see them all sees the numbers.
    return shapes.run(row, sample=not owns_narrowly(caller(request)))
