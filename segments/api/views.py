"""The doors of ``/api/v1/segments``."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import BadRequest, FieldError
from core.filters import refuse_unknown
from core.headers import if_match
from core.retry import atomic_retry
from corps.callers import caller, company
from corps.policy import Act
from corps.versioned import VersionedViewSet, shaped
from customers.api.answers import SOURCE, identity
from segments import catalogue, finding, freshness, ringing
from segments.api import schema, serializers
from segments.models import Segment

_READ, _WRITE = Act.SEGMENT_READ, Act.SEGMENT_WRITE


class SegmentViewSet(VersionedViewSet):
    """The segments of a company."""

    acts = {"list": _READ, "retrieve": _READ} | dict.fromkeys(
        ("create", "partial_update", "destroy", "copy", "freeze"), _WRITE
    )
    queryset = Segment.objects.order_by("name", "id")
    serializer_class = serializers.SegmentRowSerializer

    def get_queryset(self) -> Any:
        return freshness.with_standing(super().get_queryset())

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
        asked = shaped(serializers.SegmentSerializer, request)
        if ("condition" in asked) == ("customer_ids" in asked):
            message = _("Send exactly one of condition and customerIds.")
            raise BadRequest("invalid", message, [FieldError("condition", "invalid", message)])
        rule = catalogue.create_segment if "condition" in asked else catalogue.create_list
        return self._made(rule(corp_id=company(request), by=caller(request), source=SOURCE, **asked))

    @extend_schema(**schema.CHANGE)
    @atomic_retry
    def partial_update(self, request: Request, pk: str) -> Response:
        asked = shaped(serializers.ChangeSerializer, request)
        row = finding.one(identity(pk), caller(request))
        catalogue.update_segment(segment=row, by=caller(request), source=SOURCE, if_version=if_match(request), **asked)
        ringing.for_refreshes()
        return self.answer(row.pk)

    @extend_schema(**schema.DELETE)
    @atomic_retry
    def destroy(self, request: Request, pk: str) -> Response:
        row = finding.one(identity(pk), caller(request))
        catalogue.delete_segment(segment=row, by=caller(request), source=SOURCE, if_version=if_match(request))
        return Response(status=204)

    @extend_schema(**schema.COPY)
    def copy(self, request: Request, pk: str) -> Response:
        return self._of_another(request, pk, catalogue.copy_segment)

    @extend_schema(**schema.FREEZE)
    def freeze(self, request: Request, pk: str) -> Response:
        return self._of_another(request, pk, catalogue.freeze_segment)

    @atomic_retry
    def _of_another(self, request: Request, pk: str, rule: Any) -> Response:
        asked = shaped(serializers.NameSerializer, request)
        row = finding.one(identity(pk), caller(request))
        return self._made(rule(segment=row, by=caller(request), source=SOURCE, **asked))

    def _made(self, row: Segment) -> Response:
        ringing.for_refreshes()
        answer = self.answer(row.pk, status=201)
        answer.headers["Location"] = f"/api/v1/segments/{row.pk}"
        return answer
