"""What the OpenAPI document says of the transfers' endpoints."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import KEYED, errors
from customers.api import transfer_shapes as shapes
from customers.api.transfer_serializers import NewTransferSerializer

_TAGS = ["transfers"]


def _answer(shape: dict[str, Any], example: dict[str, Any]) -> OpenApiResponse:
    return OpenApiResponse(shape, examples=[OpenApiExample("answer", example, response_only=True)])


def _page(row: dict[str, Any]) -> dict[str, Any]:
    return {"list": [row], "total": 1, "totalExact": True, "page": 1, "size": 20}


_ROW = {name: value for name, value in shapes.JOB_EXAMPLE.items() if name not in ("reasons", "badLines", "lines")}
_ONE = _answer(shapes.JOB, shapes.JOB_EXAMPLE)
LIST: dict[str, Any] = {
    "operation_id": "transfers_list",
    "tags": _TAGS,
    "summary": "List transfers of customers, the newest first",
    "description": "Administrators see the company's, managers those of their people's customers.",
    "responses": {200: _answer(shapes.JOBS, _page(_ROW)), **errors(400)},
}
CREATE: dict[str, Any] = {
    "operation_id": "transfers_create",
    "tags": _TAGS,
    "summary": "Draw up a transfer",
    "description": "Judges each customer (the pre-flight sheet) and sends nothing. Those who can go are dealt out"
    " evenly among the takers. Name exactly one of customerIds, externalUserids and filters (the parameters of the"
    " customer list; {} for all whom the employee follows). Whether it is one on the job or after leaving follows from"
    " the employee.",
    "request": NewTransferSerializer,
    "parameters": [KEYED],
    "responses": {201: _ONE, **errors(400, 409, 413, 415, 422)},
    "examples": [
        OpenApiExample("all", {"handoverId": 7, "takerIds": [8, 9], "filters": {}}, request_only=True),
        OpenApiExample("some", {"handoverId": 7, "takerIds": [8], "customerIds": [4711]}, request_only=True),
    ],
}
DETAIL: dict[str, Any] = {
    "operation_id": "transfers_read",
    "tags": _TAGS,
    "summary": "Read a transfer, with how its customers stand",
    "responses": {200: _ONE, **errors(400, 404)},
}
ITEMS: dict[str, Any] = {
    "operation_id": "transfers_items_list",
    "tags": _TAGS,
    "summary": "List the customers of a transfer",
    "responses": {200: _answer(shapes.ITEMS, _page(shapes.ITEM_EXAMPLE)), **errors(400, 404)},
}


def _act(name: str, summary: str, description: str) -> dict[str, Any]:
    return {
        "operation_id": f"transfers_{name}",
        "tags": _TAGS,
        "summary": summary,
        "description": description,
        "request": None,
        "parameters": [KEYED],
        "responses": {200: _ONE, **errors(400, 404, 409, 413, 415, 422)},
    }


CHECK = _act("check", "Draw the sheet up anew", "Only before the start: what spoke against a customer may be over.")
START = _act("start", "Start a transfer", "Those who can go are sent to WeCom. They may refuse for 24 hours.")
PAUSE = _act("pause", "Hold a transfer up", "No more is sent; what was sent goes on.")
RESUME = _act("resume", "Let a transfer go on", "What was held up is sent.")
CANCEL = _act("cancel", "Call a transfer off", "What was not sent is not sent any more. WeCom takes nothing back.")
