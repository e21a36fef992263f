"""What the customers' doors have in common: the id of a path, and answers past DRF's rendering."""

from typing import Any

from django.http import HttpResponse

from core.errors import NotFound
from core.rendering import dumps
from customers.api.parameters import MAX_ID
from customers.models import Customer

# How events name what comes through these doors.
SOURCE = "api"


def identity(pk: str) -> int:
    """The id of a path. A number that no row can have is simply not there."""
    if len(pk) > 19 or int(pk) > MAX_ID:
        raise NotFound
    return int(pk)


def place(customer: Customer) -> str:
    """The address of a customer."""
    return f"/api/v1/customers/{customer.pk}"


def json_answer(data: Any, *, status: int = 200, etag: str = "") -> HttpResponse:
    answer = HttpResponse(dumps(data), status=status, content_type="application/json")
    if etag:
        answer.headers["ETag"] = etag
    return answer
