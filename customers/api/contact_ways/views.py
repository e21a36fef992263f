"""The doors of ``/api/v1/contact-ways``."""

from typing import Any

from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.filters import refuse_unknown
from core.headers import if_match
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from corps.versioned import VersionedViewSet, shaped
from customers import contact_ways
from customers.api.answers import SOURCE, json_answer
from customers.api.channels.answers import counts, days_asked
from customers.api.contact_ways import schema, serializers
from customers.channels import figures
from customers.channels.finding import named_channel, way
from customers.models import ContactWay

_READ, _WRITE = Act.CHANNEL_READ, Act.CHANNEL_WRITE


class ContactWayFilter(filters.FilterSet):
    """Filters of the list; without a status, those that are not deleted."""

    status = filters.ChoiceFilter(choices=ContactWay.Status.choices)
    channelId = filters.NumberFilter(field_name="channel_id", min_value=1, max_value=2**63 - 1)

    def filter_queryset(self, queryset: Any) -> Any:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("status") else found.exclude(status=ContactWay.Status.DELETED)


class ContactWayViewSet(VersionedViewSet):
    """The contact ways."""

    acts = {"list": _READ, "retrieve": _READ} | dict.fromkeys(("create", "update", "partial_update", "destroy"), _WRITE)
    queryset = ContactWay.objects.prefetch_related("members").order_by("-id")
    serializer_class = serializers.ContactWaySerializer
    filterset_class = ContactWayFilter

    @extend_schema(**schema.LIST)
    def list(self, request: Request) -> Response:
        return super().list(request)

    @extend_schema(filters=False, **schema.READ)
    def retrieve(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return self.answer(int(pk))

    @extend_schema(**schema.CREATE)
    @atomic_retry
    def create(self, request: Request) -> Response:
        asked = self._asked(serializers.NewContactWaySerializer, request)
        channel = named_channel(asked.pop("channel_id"), caller(request))
        row = contact_ways.create_way(channel=channel, by=caller(request), source=SOURCE, **asked)
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
        row = way(int(pk), caller(request))
        contact_ways.delete_way(way=row, by=caller(request), source=SOURCE, if_version=if_match(request))
        return Response(status=204)

    @atomic_retry
    def _change(self, request: Request, pk: str, **options: Any) -> Response:
        asked = self._asked(serializers.ContactWayFactsSerializer, request, **options)
        row = way(int(pk), caller(request))
        contact_ways.update_way(way=row, by=caller(request), source=SOURCE, if_version=if_match(request), **asked)
        return self.answer(row.pk)

    def _asked(self, serializer: Any, request: Request, **options: Any) -> dict[str, Any]:
        asked = shaped(serializer, request, **options)
        return asked | ({"members": serializers.shifts(asked["members"])} if "members" in asked else {})


class RetryView(Idempotent, JsonOnly, APIView):
    """WeCom is told of a code once more."""

    acts = {"post": _WRITE}

    @extend_schema(**schema.RETRY)
    @atomic_retry
    def post(self, request: Request, pk: str) -> Response:
        row = contact_ways.retry_way(way=way(int(pk), caller(request)), by=caller(request), source=SOURCE)
        return Response(serializers.ContactWaySerializer(row).data, headers={"ETag": f'"{row.version}"'})


class ContactWayStatisticsView(JsonOnly, APIView):
    """What came of each code."""

    acts = {"get": _READ}

    @extend_schema(**schema.STATISTICS)
    def get(self, request: Request) -> HttpResponse:
        corp, days = days_asked(request)
        found = figures.by_way(corp, days)
        names = ContactWay.objects.visible_to(caller(request)).filter(pk__in=found).values_list("pk", "name")
        rows = [{"contactWayId": pk, "name": name} | counts(found[pk]) for pk, name in names.order_by("-pk")]
        return json_answer({"from": days.first, "to": days.last, "list": rows})
