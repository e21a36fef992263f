"""The doors of ``/api/v1/assignment-rules``."""

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
from customers import assigning
from customers.api.answers import SOURCE, identity
from customers.api.assigning import rule_schema as schema
from customers.api.assigning.serializers import AssignmentRuleSerializer, RuleSerializer
from customers.models import AssignmentRule

_READ, _WRITE = Act.ASSIGN_READ, Act.ASSIGN_WRITE


class AssignmentRuleViewSet(VersionedViewSet):
    """The rules, in the order in which they are asked."""

    acts = {"list": _READ, "retrieve": _READ} | dict.fromkeys(("create", "update", "partial_update", "destroy"), _WRITE)
    queryset = AssignmentRule.objects.order_by("order", "id")
    serializer_class = AssignmentRuleSerializer

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
        asked = shaped(RuleSerializer, request)
        row = assigning.create_rule(corp_id=company(request), by=caller(request), source=SOURCE, **asked)
        return self.answer(row.pk, status=201)

    @extend_schema(**schema.REPLACE)
    def update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk)

    @extend_schema(**schema.PATCH)
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, partial=True)

    @extend_schema(**schema.DELETE)
    @atomic_retry
    def destroy(self, request: Request, pk: str) -> Response:
        row = get_object_or_404(self.get_queryset(), pk=identity(pk))
        assigning.delete_rule(rule=row, by=caller(request), source=SOURCE, if_version=if_match(request))
        return Response(status=204)

    @atomic_retry
    def _change(self, request: Request, pk: str, **options: Any) -> Response:
        asked = shaped(RuleSerializer, request, **options)
        row = get_object_or_404(self.get_queryset(), pk=identity(pk))
        assigning.update_rule(rule=row, by=caller(request), source=SOURCE, if_version=if_match(request), **asked)
        return self.answer(row.pk)
