"""The doors of reminders: what is to be done, by whom and until when, and that it was done."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from core.negotiation import JsonOnly
from core.openapi import KEYED, errors
from core.retry import atomic_retry
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from corps.scoping import Scoped
from customers import finding
from customers.privacy import wording
from followups import reminding, settling
from followups.api.filters import ReminderFilter
from followups.api.sop_serializers import NewReminderSerializer, ReminderSerializer
from followups.models import Reminder

TAGS, SOURCE = ["follow-ups"], "api"


class ReminderListView(JsonOnly, Scoped, GenericAPIView):
    acts = {"get": Act.CUSTOMER_READ}
    serializer_class = ReminderSerializer
    queryset = Reminder.objects.select_related("employee", "customer").order_by("due_at", "id")
    filterset_class = ReminderFilter

    @extend_schema(
        operation_id="reminders_list",
        tags=TAGS,
        summary="List what is to be done, the most urgent first",
        description="Of the customers whom the caller may see. mine=true: what the caller is to do.",
        responses={200: ReminderSerializer(many=True), **errors(400)},
    )
    def get(self, request: Request) -> Response:
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(ReminderSerializer(page, many=True).data)


class NewReminderView(Idempotent, JsonOnly, GenericAPIView):
    acts = {"post": Act.FOLLOWUP_WRITE}
    serializer_class = ReminderSerializer

    @extend_schema(
        operation_id="reminders_create",
        tags=TAGS,
        summary="Ask somebody to do something for a customer",
        description="Records reminder.created. employeeId is who is to do it, by default the caller.",
        request=NewReminderSerializer,
        parameters=[KEYED],
        responses={201: ReminderSerializer, **errors(400, 404, 409, 413, 415, 422)},
    )
    @atomic_retry
    def post(self, request: Request, pk: str) -> Response:
        form = NewReminderSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        customer = finding.locked(int(pk), caller(request))
        row = reminding.remind(customer=customer, by=caller(request), source=SOURCE, **form.validated_data)
        return Response(ReminderSerializer(wording.mark(row, caller(request))).data, status=201)


class SettleView(Idempotent, JsonOnly, GenericAPIView):
    """What both ways of settling one have in common."""

    acts = {"post": Act.FOLLOWUP_WRITE}
    serializer_class = ReminderSerializer

    def settle(self, request: Request, pk: str, act: Callable[..., Reminder]) -> Response:
        row = settling.one(int(pk), caller(request))
        settled = act(reminder=row, by=caller(request), source=SOURCE)
        return Response(ReminderSerializer(wording.mark(settled, caller(request))).data)


def _settling(name: str, summary: str) -> dict[str, Any]:
    answers = {200: ReminderSerializer, **errors(400, 404, 409, 422)}
    told = {"operation_id": f"reminders_{name}", "tags": TAGS, "summary": summary}
    return told | {"request": None, "parameters": [KEYED], "responses": answers}


class DoneView(SettleView):
    @extend_schema(**_settling("done", "Note that a reminder's work was done"))
    @atomic_retry
    def post(self, request: Request, pk: str) -> Response:
        return self.settle(request, pk, reminding.done)


class CancelView(SettleView):
    @extend_schema(**_settling("cancel", "Call a reminder off"))
    @atomic_retry
    def post(self, request: Request, pk: str) -> Response:
        return self.settle(request, pk, reminding.cancel)
