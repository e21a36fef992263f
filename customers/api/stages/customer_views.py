"""The doors that put customers into stages, and show how they came there."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.bulk import counted
from core.filters import refuse_unknown
from core.headers import if_match
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from customers import finding, stages
from customers.api.answers import SOURCE, identity, json_answer
from customers.api.stages import customer_schema as schema
from customers.api.stages.serializers import BulkStageSerializer, ChosenStageSerializer
from customers.models import Customer, StageChange
from customers.stages import bulk
from customers.stages.finding import named

_CHOSEN, _BULK = ChosenStageSerializer(), BulkStageSerializer()
_MOST_STEPS = 200
# Wire name → column.
_WIRE = {
    "fromStageId": "from_stage_id",
    "toStageId": "to_stage_id",
    "at": "at",
    "actor": "actor",
    "source": "source",
    "runId": "run_id",
}


class CustomerStageView(JsonOnly, APIView):
    """The stage of one customer."""

    acts = {"get": Act.CUSTOMER_READ, "put": Act.CUSTOMER_WRITE}

    @extend_schema(**schema.READ)
    def get(self, request: Request, pk: str) -> HttpResponse:
        refuse_unknown(request.query_params, ())
        return _told(finding.one(identity(pk), caller(request)))

    @extend_schema(**schema.SET)
    @atomic_retry
    def put(self, request: Request, pk: str) -> HttpResponse:
        asked, actor = _CHOSEN.run_validation(request.data), caller(request)
        customer = finding.locked(identity(pk), actor)
        stage, seen = named(asked["stage_id"], actor), if_match(request)
        stages.set_stage(customer=customer, stage=stage, by=actor, source=SOURCE, if_version=seen)
        return _told(customer)


class BulkStageView(Idempotent, JsonOnly, APIView):
    """The same stage for up to a hundred customers."""

    acts = {"post": Act.CUSTOMER_WRITE}

    @extend_schema(**schema.BULK)
    def post(self, request: Request) -> HttpResponse:
        asked, actor = _BULK.run_validation(request.data), caller(request)
        stage = named(asked["stage_id"], actor)
        results = bulk.set_stages(customer_ids=asked["customer_ids"], stage=stage, by=actor, source=SOURCE)
        return json_answer(counted(results))


def _told(customer: Customer) -> HttpResponse:
    rows = StageChange.objects.filter(customer=customer).order_by("-id").values_list(*_WIRE.values())[:_MOST_STEPS]
    steps: list[dict[str, Any]] = [dict(zip(_WIRE, row, strict=True)) for row in rows]
    return json_answer({"stageId": customer.stage_id, "list": steps}, etag=customer.etag)
