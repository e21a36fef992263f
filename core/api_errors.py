"""The one shape of every error: ``{code, message, errors: [{field, code, message}], requestId}``."""

import math
from collections.abc import Iterator
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from core.errors import FieldError, NotFound, RuleViolation, Unavailable
from core.logs import request_id
from core.rendering import dumps

_log = structlog.get_logger("scrm.errors")


def body(code: str, message: Any, errors: list[FieldError] | None = None) -> dict[str, Any]:
    """The error as JSON-ready values, in the language now active."""
    listed = [{"field": e.field, "code": e.code, "message": str(e.message)} for e in errors or []]
    return {"code": code, "message": str(message), "errors": listed, "requestId": request_id.get()}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. What it doesn't know stays an exception and becomes ``server_error``."""
    if isinstance(error, RuleViolation):
        return _answer(error.status, body(error.code, error.message, error.errors), _waiting(error))
    if isinstance(error, Http404):
        return handle(NotFound(), context)
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, (OperationalError, InterfaceError)):
        _log.error("database_unavailable", kind=type(error).__name__, errno=error.args[0] if error.args else None)
        return handle(Unavailable("database_unavailable", _("The database doesn't answer. Try again in a moment.")), context)
    if isinstance(error, exceptions.ValidationError):
        listed = list(_field_errors(error.detail, error.get_codes()))
        return _answer(400, body("invalid", _("Some fields are wrong."), listed))
    if isinstance(error, exceptions.APIException):
        return _from_drf(error)
    return None


def _from_drf(error: exceptions.APIException) -> Response:
    headers: dict[str, str] = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    if auth := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth
    code = str(error.get_codes()) if isinstance(error.get_codes(), str) else error.default_code
    return _answer(error.status_code, body(code, error.detail), headers)


def _waiting(error: RuleViolation) -> dict[str, str]:
    return {"Retry-After": str(error.retry_after)} if isinstance(error, Unavailable) else {}


def _answer(code: int, data: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(data, status=code, headers=headers)


def _field_errors(detail: Any, codes: Any, path: str = "") -> Iterator[FieldError]:
    """Flatten DRF's nested details to dotted paths: ``items.3.customerId``."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            at = path if key == "non_field_errors" else f"{path}.{key}" if path else str(key)
            yield from _field_errors(value, codes[key], at)
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            nested = isinstance(value, (dict, list))
            yield from _field_errors(value, codes[index], f"{path}.{index}" if nested and path else path)
    else:
        yield FieldError(path, str(codes), detail)


def page(status_code: int, code: str, message: Any) -> HttpResponse:
    """The same shape for what Django itself answers, outside any API view."""
    return HttpResponse(dumps(body(code, message)), status=status_code, content_type="application/json")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(status.HTTP_404_NOT_FOUND, "not_found", _("Not found."))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(status.HTTP_400_BAD_REQUEST, "bad_request", _("The request can't be read."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(status.HTTP_403_FORBIDDEN, "forbidden", _("You may not do this."))


def server_error(request: HttpRequest) -> HttpResponse:
    return page(status.HTTP_500_INTERNAL_SERVER_ERROR, "server_error", _("Something went wrong on our side."))
