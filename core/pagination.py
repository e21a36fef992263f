"""Pages of a list: ``{list, total, totalExact, page, size}``, with a bound on everything that could grow."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import BadRequest, FieldError
from core.sql import fetched

SIZE_DEFAULT, SIZE_MAX = 20, 100
PARAMETERS = ("page", "size")


def whole(params: Any, name: str, default: int, *, least: int, most: int) -> int:
    """A whole number from the query string. Raises BadRequest, with the bounds, for anything else."""
    raw = params.get(name)
    if raw is None or raw == "":
        return default
    if raw.isascii() and raw.isdecimal() and len(raw) < 20 and least <= int(raw) <= most:
        return int(raw)
    message = _("Write a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
    raise BadRequest("invalid_parameter", message, [FieldError(name, "out_of_bounds", message)])


def page_and_size(params: Any) -> tuple[int, int]:
    """``page`` (from 1) and ``size`` (1 to 100) of a request.

    Raises:
        BadRequest: ``invalid_parameter``; ``page_too_deep`` past ``OFFSET_BOUND`` rows, where only a cursor stays fast.
    """
    size = whole(params, "size", SIZE_DEFAULT, least=1, most=SIZE_MAX)
    page = whole(params, "page", 1, least=1, most=10**9)
    if page * size > settings.OFFSET_BOUND:
        message = _("Pages end at row %(bound)d. Narrow the filter, or read on with a cursor.") % {
            "bound": settings.OFFSET_BOUND
        }
        raise BadRequest("page_too_deep", message, [FieldError("page", "page_too_deep", message)])
    return page, size


def bounded_count(rows: QuerySet[Any], bound: int) -> tuple[int, bool]:
    """How many rows there are, counted no further than ``bound``: (number, whether it is the exact one)."""
    asked = _compiled(rows)
    return counted(*asked, bound) if asked else (0, True)


def bounded_counts(many: Sequence[QuerySet[Any]], bound: int) -> list[tuple[int, bool]]:
    """``bounded_count`` of each, all by one statement."""
    asked = [_compiled(rows) for rows in many]
    sent = [one for one in asked if one]
    columns = [f"(SELECT COUNT(*) FROM ({sql} LIMIT %s) AS counted)" for sql, _params in sent]  # noqa: S608
    params = [value for _sql, given in sent for value in (*given, bound + 1)]
    numbers = iter(fetched(f"SELECT {', '.join(columns)}", params)[0] if sent else ())
    found = [next(numbers) if one else 0 for one in asked]
    return [(min(number, bound), number <= bound) for number in found]


def _compiled(rows: QuerySet[Any]) -> tuple[str, Sequence[Any]] | None:
    """The statement for the rows' keys; None where it is known without one that there are none."""
    try:
        return rows.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return None


def counted(sql: str, params: Sequence[Any], bound: int) -> tuple[int, bool]:
    """``bounded_count`` of a compiled SELECT that has no LIMIT of its own."""
    # The same that QuerySet.count would send, without its rewriting of the query: a third of the price.
    found = fetched(f"SELECT COUNT(*) FROM ({sql} LIMIT %s) AS counted", [*params, bound + 1])[0][0]  # noqa: S608
    return min(found, bound), found <= bound


class BoundedPagination(BasePagination):
    """The page style of every plain list. A page past the end is empty, not an error."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.page, self.size = page_and_size(request.query_params)
        start = (self.page - 1) * self.size
        rows = list(queryset[start : start + self.size])
        if rows and len(rows) < self.size:
            self.total, self.exact = start + len(rows), True
        else:
            self.total, self.exact = bounded_count(queryset, max(settings.TOTAL_BOUND, start + len(rows)))
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"list": data, "total": self.total, "totalExact": self.exact, "page": self.page, "size": self.size}
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        number = {"type": "integer", "example": 1}
        return {
            "type": "object",
            "required": ["list", "total", "totalExact", "page", "size"],
            "properties": {
                "list": schema,
                "total": {"type": "integer", "example": 123},
                "totalExact": {"type": "boolean", "description": "false: there are more than total"},
                "page": number,
                "size": {"type": "integer", "example": SIZE_DEFAULT},
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            _parameter("page", {"type": "integer", "minimum": 1, "default": 1}),
            _parameter("size", {"type": "integer", "minimum": 1, "maximum": SIZE_MAX, "default": SIZE_DEFAULT}),
        ]


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}
