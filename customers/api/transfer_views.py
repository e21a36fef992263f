"""The doors of ``/api/v1/transfers``."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core.errors import BadRequest, FieldError
from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.actors import Actor
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.models import Employee
from corps.policy import Act
from corps.scoping import Scoped
from customers.api import parameters, transfer_schema
from customers.api.answers import SOURCE, identity, json_answer
from customers.api.transfer_serializers import NewTransferSerializer, TransferFilter, TransferItemFilter
from customers.models import TransferItem, TransferJob
from customers.transfers import choosing, files, finding, reading, running, sheet

_NEW = NewTransferSerializer()
_CHOICES = ("customer_ids", "external_userids", "filters")


class TransferListView(Idempotent, JsonOnly, Scoped, GenericAPIView):
    """The list, and the drawing up of one."""

    acts = {"get": Act.TRANSFER_READ, "post": Act.TRANSFER_WRITE}
    queryset = TransferJob.objects.all()
    serializer_class = BaseSerializer
    filterset_class = TransferFilter

    @extend_schema(**transfer_schema.LIST)
    def get(self, request: Request) -> Response:
        rows = self.filter_queryset(self.get_queryset()).order_by("-id").values_list(*reading.JOB.values())
        found: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(reading.listed(found))

    @extend_schema(**transfer_schema.CREATE, filters=False)
    def post(self, request: Request) -> HttpResponse:
        asked, actor = _NEW.run_validation(request.data), caller(request)
        job = atomic_retry(_drawn)(asked, actor)
        answer = json_answer(reading.one(job), status=201)
        answer.headers["Location"] = f"/api/v1/transfers/{job.pk}"
        return answer


class TransferView(JsonOnly, APIView):
    """One transfer."""

    acts = {"get": Act.TRANSFER_READ}

    @extend_schema(**transfer_schema.DETAIL)
    def get(self, request: Request, pk: str) -> HttpResponse:
        refuse_unknown(request.query_params, ())
        return json_answer(reading.one(finding.one(identity(pk), caller(request))))


class TransferItemsView(JsonOnly, GenericAPIView):
    """The customers of one transfer."""

    acts = {"get": Act.TRANSFER_READ}
    queryset = TransferItem.objects.none()
    serializer_class = BaseSerializer
    filterset_class = TransferItemFilter

    @extend_schema(**transfer_schema.ITEMS)
    def get(self, request: Request, pk: str) -> Response:
        # Who may see the transfer may see all of it.
        job = finding.one(identity(pk), caller(request))
        rows = self.filter_queryset(TransferItem.objects.of_corp(job.corp_id).filter(job=job)).order_by("id")
        found: Any = self.paginate_queryset(rows.values_list(*reading.ITEM.values()))
        return self.get_paginated_response(reading.items(found))


class _ActView(Idempotent, JsonOnly, APIView):
    """An act on one transfer, which answers how it stands then."""

    acts = {"post": Act.TRANSFER_WRITE}
    rule: ClassVar[Callable[..., TransferJob]]

    @atomic_retry
    def post(self, request: Request, pk: str) -> HttpResponse:
        actor = caller(request)
        job = type(self).rule(job=finding.one(identity(pk), actor), by=actor, source=SOURCE)
        return json_answer(reading.one(job))


@extend_schema_view(post=extend_schema(**transfer_schema.CHECK))
class CheckView(_ActView):
    rule = staticmethod(sheet.recheck)


@extend_schema_view(post=extend_schema(**transfer_schema.START))
class StartView(_ActView):
    rule = staticmethod(running.start)


@extend_schema_view(post=extend_schema(**transfer_schema.PAUSE))
class PauseView(_ActView):
    rule = staticmethod(running.pause)


@extend_schema_view(post=extend_schema(**transfer_schema.RESUME))
class ResumeView(_ActView):
    rule = staticmethod(running.resume)


@extend_schema_view(post=extend_schema(**transfer_schema.CANCEL))
class CancelView(_ActView):
    rule = staticmethod(running.cancel)


def _drawn(asked: dict[str, Any], actor: Actor) -> TransferJob:
    handover = finding.giver(asked["handover_id"], actor)
    takers = finding.takers(asked["taker_ids"], actor)
    chosen = _chosen(asked, handover, actor)
    message = asked.get("message", "")
    return sheet.create(handover=handover, takers=takers, chosen=chosen, message=message, by=actor, source=SOURCE)


def _chosen(asked: dict[str, Any], handover: Employee, actor: Actor) -> choosing.Chosen:
    if sum(name in asked for name in _CHOICES) != 1:
        message = _("Name the customers in one way: by customerIds, externalUserids or filters.")
        raise BadRequest("one_choice", message, [FieldError("filters", "one_choice", message)])
    if "customer_ids" in asked:
        return choosing.by_ids(asked["customer_ids"], actor)
    if "external_userids" in asked:
        listed = files.listed(list(enumerate(asked["external_userids"], start=1)))
        return choosing.by_list(listed, handover=handover, actor=actor)
    refuse_unknown(asked["filters"], parameters.FILTERS)
    filters = parameters.filters_of(MultiValueDict({name: [value] for name, value in asked["filters"].items()}))
    return choosing.by_filters(filters, handover=handover, actor=actor)
