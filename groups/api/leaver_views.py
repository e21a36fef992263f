"""The door of ``/api/v1/transfers/leavers``: it shows customers and group chats, so it stands above both."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from core.openapi import errors, listed
from core.pagination import PARAMETERS
from corps.callers import caller
from corps.policy import Act
from customers.models import Leaver
from groups import leavers

_ID, _TIME = {"type": "integer"}, {"type": ["string", "null"], "format": "date-time"}
_ROW: dict[str, Any] = {
    "employeeId": _ID,
    "userid": {"type": "string"},
    "name": {"type": "string"},
    "leftAt": _TIME,
    "deadline": _TIME | {"description": "until when WeCom hands over what they had"},
    "customers": {"type": "integer", "description": "how many wait for a successor"},
    "refused": {"type": "integer", "description": "how many refused their successor: no relation is left of them"},
    "groups": {"type": "integer", "description": "how many group chats wait for an owner"},
}
_LISTED = listed({"type": "object", "required": list(_ROW), "properties": _ROW})
_EXAMPLE = {
    "list": [
        {
            "employeeId": 7,
            "userid": "lina",
            "name": "林娜",
            "leftAt": "2026-11-20T02:00:00Z",
            "deadline": "2027-11-20T02:00:00Z",
            "customers": 1200,
            "refused": 3,
            "groups": 40,
        }
    ],
    "total": 1,
    "totalExact": True,
    "page": 1,
    "size": 20,
}


class LeaversView(JsonOnly, GenericAPIView):
    """Who has left with customers or group chats that wait, the latest first."""

    acts = {"get": Act.TRANSFER_READ}
    queryset = Leaver._default_manager.none()
    serializer_class = BaseSerializer
    filterset_class = None

    @extend_schema(
        operation_id="transfers_leavers_list",
        tags=["transfers"],
        summary="List leavers whose customers or group chats wait",
        responses={200: OpenApiResponse(_LISTED, examples=[OpenApiExample("answer", _EXAMPLE)]), **errors(400)},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, PARAMETERS)
        rows = leavers.leavers(caller(request)).order_by("-left_at", "-pk")
        found: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(leavers.wired(found))
