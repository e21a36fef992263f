"""The doors of ``/api/v1/assignments``: the dry run, the run, and what was given to whom."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller, company
from corps.idempotency import Idempotent
from corps.models import Corp
from corps.policy import Act
from corps.scoping import Scoped
from customers import assigning
from customers.api.answers import SOURCE, json_answer
from customers.api.assigning import answers, schema
from customers.api.assigning.asking import AssignmentFilter, WindowSerializer
from customers.assigning.planning import MOST
from customers.models import Assignment

_WINDOW = WindowSerializer()


class AssignmentsView(Idempotent, JsonOnly, Scoped, GenericAPIView):
    """The history, and a run."""

    acts = {"get": Act.ASSIGN_READ, "post": Act.ASSIGN_WRITE}
    queryset = Assignment.objects.all()
    serializer_class = BaseSerializer
    filterset_class = AssignmentFilter

    @extend_schema(**schema.HISTORY)
    def get(self, request: Request) -> Response:
        rows = self.filter_queryset(self.get_queryset()).order_by("-id").values_list(*answers.WIRE.values())
        found: Any = self.paginate_queryset(rows)
        return self.get_paginated_response([dict(zip(answers.WIRE, row, strict=True)) for row in found])

    @extend_schema(**schema.RUN, filters=False)
    @atomic_retry
    def post(self, request: Request) -> HttpResponse:
        report = assigning.run(**_asked(request), by=caller(request), source=SOURCE)
        return json_answer(answers.reported(report))


class PreviewView(JsonOnly, APIView):
    """The dry run. It shows customers whom only those see who see the whole company."""

    acts = {"post": Act.ASSIGN_WRITE}

    @extend_schema(**schema.PREVIEW)
    def post(self, request: Request) -> HttpResponse:
        return json_answer(answers.planned(assigning.plan(**_asked(request))))


def _asked(request: Request) -> dict[str, Any]:
    asked = _WINDOW.run_validation(request.data)
    corp = Corp.objects.get(pk=company(request))
    return {"corp": corp, "after": asked.get("after", 0), "most": asked.get("size", MOST)}
