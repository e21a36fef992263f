"""The doors of ``/api/v1/channels`` and ``/api/v1/add-ways``."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadRequest, FieldError
from core.filters import refuse_unknown
from core.headers import if_match
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller, company
from corps.idempotency import Idempotent
from corps.policy import Act
from corps.versioned import VersionedViewSet, shaped
from customers import channels
from customers.api.answers import SOURCE, json_answer
from customers.api.channels import schema, serializers
from customers.api.channels.answers import days_asked, figure
from customers.channels import figures, finding, resolving
from customers.models import Channel

_READ, _WRITE = Act.CHANNEL_READ, Act.CHANNEL_WRITE


class ChannelViewSet(VersionedViewSet):
    """The channels."""

    acts = {"list": _READ, "retrieve": _READ} | dict.fromkeys(("create", "update", "partial_update", "destroy"), _WRITE)
    queryset = Channel.objects.prefetch_related("keys").order_by("order", "id")
    serializer_class = serializers.ChannelSerializer

    @extend_schema(**schema.LIST)
    def list(self, request: Request) -> Response:
        return super().list(request)

    @extend_schema(**schema.READ)
    def retrieve(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return self.answer(int(pk))

    @extend_schema(**schema.CREATE)
    @atomic_retry
    def create(self, request: Request) -> Response:
        asked = shaped(serializers.ChannelFactsSerializer, request)
        row = channels.create_channel(corp_id=company(request), by=caller(request), source=SOURCE, **asked)
        return self.answer(row.pk, status=201)

    @extend_schema(**schema.REPLACE)
    def update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, shaped(serializers.ChannelFactsSerializer, request))

    @extend_schema(**schema.PATCH)
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, shaped(serializers.ChannelFactsSerializer, request, partial=True))

    @extend_schema(**schema.DELETE)
    @atomic_retry
    def destroy(self, request: Request, pk: str) -> Response:
        row = finding.channel(int(pk), caller(request))
        channels.delete_channel(channel=row, by=caller(request), source=SOURCE, if_version=if_match(request))
        return Response(status=204)

    @atomic_retry
    def _change(self, request: Request, pk: str, asked: dict[str, Any]) -> Response:
        row = finding.channel(int(pk), caller(request))
        channels.update_channel(channel=row, by=caller(request), source=SOURCE, if_version=if_match(request), **asked)
        return self.answer(row.pk)


class NameStateView(Idempotent, JsonOnly, APIView):
    """An unknown state gets its channel."""

    acts = {"post": _WRITE}

    @extend_schema(**schema.NAME_STATE)
    @atomic_retry
    def post(self, request: Request) -> Response:
        asked, actor = shaped(serializers.NamedStateSerializer, request), caller(request)
        if ("channel_id" in asked) == ("name" in asked):
            text = _("Name either a channel or a new name.")
            raise BadRequest("channel_or_name", text, [FieldError("channelId", "channel_or_name", text)])
        channel = finding.named_channel(asked["channel_id"], actor) if "channel_id" in asked else None
        named = {"state": asked["state"], "name": asked.get("name", ""), "channel": channel}
        row = channels.name_state(corp_id=company(request), by=actor, source=SOURCE, **named)
        return Response(serializers.ChannelSerializer(row).data, headers={"ETag": f'"{row.version}"'})


class ChannelStatisticsView(JsonOnly, APIView):
    """What came of each channel."""

    acts = {"get": _READ}

    @extend_schema(**schema.STATISTICS)
    def get(self, request: Request) -> HttpResponse:
        corp, days = days_asked(request)
        rows = [figure(row) for row in figures.by_channel(corp, days)]
        return json_answer({"from": days.first, "to": days.last, "list": rows})


class UnknownStatesView(JsonOnly, APIView):
    """What nobody has named yet."""

    acts = {"get": _READ}

    @extend_schema(**schema.UNKNOWN_STATES)
    def get(self, request: Request) -> HttpResponse:
        corp, days = days_asked(request)
        return json_answer({"from": days.first, "to": days.last, "list": figures.unknown_states(corp, days)})


class AddWaysView(JsonOnly, APIView):
    """The dictionary of add ways."""

    acts = {"get": Act.CUSTOMER_READ}

    @extend_schema(**schema.ADD_WAYS)
    def get(self, request: Request) -> HttpResponse:
        refuse_unknown(request.query_params, ())
        return json_answer({"list": resolving.add_ways()})
