"""The doors of handing group chats over to another owner."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadRequest, FieldError
from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller, company
from corps.idempotency import Idempotent
from corps.models import Employee
from corps.policy import Act
from corps.versioned import shaped
from groups.api import transfer_schema as schema
from groups.api.filters import GroupChatFilter, TransferItemFilter
from groups.api.serializers import NewGroupTransferSerializer
from groups.api.tag_views import SOURCE
from groups.api.views import GroupView
from groups.models import GroupChat, GroupTransferItem, GroupTransferJob
from groups.transfers import finding, planning, running


class TransferListView(Idempotent, GroupView):
    """The jobs, and a new one."""

    acts = {"get": Act.GROUP_TRANSFER, "post": Act.GROUP_TRANSFER}
    queryset = GroupTransferJob.objects.all()
    filterset_class = None
    shape = finding.JOB

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        rows: Any = self.filter_queryset(self.get_queryset())
        return self.listed(rows.order_by("-id"), finding.with_counts)

    @extend_schema(**schema.NEW)
    @atomic_retry
    def post(self, request: Request) -> Response:
        by, asked = caller(request), shaped(NewGroupTransferSerializer, request)
        taker = Employee.objects.visible_to(by).filter(pk=asked["taker_id"]).first()
        if taker is None:
            raise planning.taker_unknown()
        job = planning.plan(corp_id=company(request), chats=self._chosen(request, asked), taker=taker, by=by)
        return Response(finding.shown(job.pk, by), status=201)

    def _chosen(self, request: Request, asked: dict[str, Any]) -> QuerySet[GroupChat]:
        """The chats that the body names in one of three ways. Raises BadRequest."""
        seen = GroupChat.objects.visible_to(caller(request))
        given = [name for name in ("group_ids", "owner_id", "filter") if asked.get(name) is not None]
        if len(given) != 1:
            message = _("Name the groups by groupIds, by ownerId or by filter: one of them.")
            raise BadRequest("ambiguous_choice", message, [FieldError("groupIds", "ambiguous_choice", message)])
        if given == ["group_ids"]:
            return seen.filter(pk__in=asked["group_ids"])
        if given == ["owner_id"]:
            return seen.living().filter(owner_id=asked["owner_id"])
        return self._filtered(request, seen, asked["filter"])

    def _filtered(self, request: Request, seen: QuerySet[GroupChat], wanted: dict[str, str]) -> QuerySet[GroupChat]:
        refuse_unknown(wanted, GroupChatFilter.base_filters)
        chosen = GroupChatFilter(data=wanted, queryset=seen, request=request)
        if not chosen.is_valid():
            message = _("This value can't be used here.")
            wrong = [FieldError(f"filter.{name}", "invalid_parameter", message) for name in chosen.errors]
            raise BadRequest("invalid_parameter", message, wrong)
        found: QuerySet[GroupChat] = chosen.qs
        return found


class TransferView(JsonOnly, APIView):
    """One job with its sheet: how many can go, how many went, and why the others didn't."""

    acts = {"get": Act.GROUP_TRANSFER}

    @extend_schema(**schema.DETAIL)
    def get(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return Response(finding.shown(int(pk), caller(request)))


class TransferItemsView(GroupView):
    """The chats of a job, with what became of each."""

    acts = {"get": Act.GROUP_TRANSFER}
    queryset = GroupTransferItem.objects.all()
    filterset_class = TransferItemFilter
    shape = finding.ITEM

    @extend_schema(**schema.ITEMS)
    def get(self, request: Request, pk: str) -> Response:
        job = finding.job(int(pk), caller(request))
        rows: Any = self.filter_queryset(job.items.all())
        return self.listed(rows.order_by("id"), list)


class TransferActView(Idempotent, JsonOnly, APIView):
    """An act on a job. A subclass names the rule."""

    acts = {"post": Act.GROUP_TRANSFER}
    rule: Any

    @atomic_retry
    def act(self, request: Request, pk: str) -> Response:
        by = caller(request)
        type(self).rule(job=finding.job(int(pk), by), by=by, source=SOURCE)
        return Response(finding.shown(int(pk), by))


class TransferStartView(TransferActView):
    rule = staticmethod(running.start)

    @extend_schema(**schema.START)
    def post(self, request: Request, pk: str) -> Response:
        return self.act(request, pk)


class TransferPauseView(TransferActView):
    rule = staticmethod(running.pause)

    @extend_schema(**schema.PAUSE)
    def post(self, request: Request, pk: str) -> Response:
        return self.act(request, pk)


class TransferCancelView(TransferActView):
    rule = staticmethod(running.cancel)

    @extend_schema(**schema.CANCEL)
    def post(self, request: Request, pk: str) -> Response:
        return self.act(request, pk)
