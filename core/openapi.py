"""Pieces of the OpenAPI document that every endpoint shares."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from core.exporting import KINDS, XLSX

_ERROR = {
    "type": "object",
    "required": ["code", "message", "errors", "requestId"],
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string", "description": "Chinese or English, by Accept-Language"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {"field": {"type": "string"}, "code": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "requestId": {"type": "string"},
    },
}
_ALWAYS = (401, 403, 429, 503)
_SAMPLE = {"code": "not_found", "message": "没有找到。", "errors": [], "requestId": "0f6f6f0c3c4b4d1e9a3f6e1f2b7c8d90"}

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag you have seen; 412 if it has passed."
)
KEYED = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "maxLength": 100, "pattern": "^[!-~]{1,100}$"},
    OpenApiParameter.HEADER,
    description="Repeat a request with the same key and it takes effect once.",
)

_KIND = {"type": "string", "enum": list(KINDS), "default": KINDS[0]}
FORMAT = OpenApiParameter("format", _KIND, description="A table as text, or a workbook.")
# What an export answers, by ``format``.
FILES: dict[Any, Any] = {(200, "text/csv"): {"type": "string"}, (200, XLSX): {"type": "string", "format": "binary"}}


def errors(*statuses: int) -> dict[int, OpenApiResponse]:
    """The error answers of an endpoint: those named, and the ones any endpoint may give."""
    example = OpenApiExample("error", _SAMPLE, response_only=True)
    return {status: OpenApiResponse(_ERROR, examples=[example]) for status in sorted({*statuses, *_ALWAYS})}


def shape(**properties: Any) -> dict[str, Any]:
    """The schema of an object that always has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def many(item: dict[str, Any]) -> dict[str, Any]:
    """The schema of an array of ``item``."""
    return {"type": "array", "items": item}


def shown(form: Any, example: Any) -> OpenApiResponse:
    """An answer of this schema, and what one looks like."""
    return OpenApiResponse(form, examples=[OpenApiExample("answer", example, response_only=True)])


def listed(item: dict[str, Any]) -> dict[str, Any]:
    """The schema of a page of ``item``."""
    return {
        "type": "object",
        "required": ["list", "total", "totalExact", "page", "size"],
        "properties": {
            "list": {"type": "array", "items": item},
            "total": {"type": "integer"},
            "totalExact": {"type": "boolean", "description": "false: there are more than total"},
            "page": {"type": "integer"},
            "size": {"type": "integer"},
        },
    }


def listed_or_read_on(item: dict[str, Any]) -> dict[str, Any]:
    """The schema of a list that is asked for by page, with a total, or by cursor, without."""
    page = listed(item)
    page["required"] = ["list", "size"]
    page["properties"]["nextCursor"] = {
        "type": ["string", "null"],
        "description": "With cursor, instead of total and page: where the next call goes on; null at the end.",
    }
    return page
