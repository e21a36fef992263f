"""The one shape of every error: ``{code, message, errors: [{field, code, message}], requestId}``."""

import math
from collections.abc import Iterator
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from core import metrics
from core.errors import FieldError, NotFound, RuleViolation, TooMany, Unavailable
from core.logs import request_id
from core.outage import database_away
from core.rendering import PayloadTooLarge
from core.retry import lost_a_lock

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
    if isinstance(error, RequestDataTooBig):
        error = PayloadTooLarge()
    if database_away(error):
        return handle(unavailable(error), context)
    if isinstance(error, exceptions.ValidationError):
        listed = list(_field_errors(error.detail, error.get_codes()))
        return _answer(400, body("invalid", _("Some fields are wrong."), listed))
    if isinstance(error, exceptions.APIException):
        return _from_drf(error)
    return None


def unavailable(error: Exception) -> Unavailable:
    """What a caller is told when the database is away, or too busy for a lock. Counts it, and logs its number alone."""
    metrics.DATABASE_FAULTS.inc()
    _log.error("database_unavailable", kind=type(error).__name__, errno=error.args[0] if error.args else None)
    if lost_a_lock(error):
        return Unavailable("busy", _("Others are changing the same rows. Try again in a moment."))
    return Unavailable("database_unavailable", _("The database doesn't answer. Try again in a moment."))


def _from_drf(error: exceptions.APIException) -> Response:
    headers: dict[str, str] = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    if auth := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth
    code = str(error.get_codes()) if isinstance(error.get_codes(), str) else error.default_code
    return _answer(error.status_code, body(code, error.detail), headers)


def _waiting(error: RuleViolation) -> dict[str, str]:
    if isinstance(error, (TooMany, Unavailable)):
        return {"Retry-After": str(error.retry_after)}
    return {}


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
