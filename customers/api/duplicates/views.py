"""The doors of ``/api/v1/duplicates``: records that may be one person's."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import BadRequest, FieldError, NotFound
from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from core.pagination import SIZE_DEFAULT, SIZE_MAX, whole
from core.retry import atomic_retry
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from customers import duplicates
from customers.api.answers import identity, json_answer
from customers.api.duplicates import answers, schema
from customers.choices import PairState
from customers.models import DuplicatePair

# As many digits as ``whole`` reads.
_MOST_ID = 10**11 - 1


class DuplicatesView(JsonOnly, APIView):
    """The candidates whose both records the caller may see, the newest first."""

    acts = {"get": Act.CUSTOMER_READ}

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> HttpResponse:
        params = request.query_params
        refuse_unknown(params, ("state", "cursor", "size"))
        size = whole(params, "size", SIZE_DEFAULT, least=1, most=SIZE_MAX)
        rows = DuplicatePair.objects.visible_to(caller(request)).filter(state=_state(params))
        # Every id is below the one that no row has.
        rows = rows.filter(pk__lt=whole(params, "cursor", _MOST_ID, least=1, most=_MOST_ID))
        found = list(rows.select_related("first", "second").order_by("-pk")[: size + 1])
        more = str(found[size - 1].pk) if len(found) > size else None
        return json_answer({"list": [answers.pair(row) for row in found[:size]], "size": size, "nextCursor": more})


class DismissView(Idempotent, JsonOnly, APIView):
    """Two records that aren't one person's."""

    acts = {"post": Act.CUSTOMER_MERGE}

    @extend_schema(**schema.DISMISS)
    @atomic_retry
    def post(self, request: Request, pk: str) -> HttpResponse:
        actor = caller(request)
        row = DuplicatePair.objects.visible_to(actor).filter(pk=identity(pk)).first()
        if row is None:
            raise NotFound
        return json_answer(answers.pair(duplicates.dismiss(pair=row, by=actor)))


def _state(params: Any) -> str:
    state = params.get("state") or PairState.OPEN
    if state not in PairState.values:
        message = f"{', '.join(PairState.values)}."
        raise BadRequest("invalid_parameter", message, [FieldError("state", "invalid_choice", message)])
    return state
