"""What Django itself answers outside any API view: the API's error shape for programs, a short page for people."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core import api_errors
from core.logs import request_id
from core.middleware import SESSIONLESS
from core.outage import database_away
from core.rendering import dumps


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400, "bad_request", _("The request can't be read."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403, "forbidden", _("You may not do this."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404, "not_found", _("Not found."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500, called while the exception is being handled: a database that is away is a 503."""
    error: Any = sys.exc_info()[1]
    if not (error and database_away(error)):
        return _answer(request, 500, "server_error", _("Something went wrong on our side."))
    told = api_errors.unavailable(error)
    response = _answer(request, told.status, told.code, told.message)
    response.headers["Retry-After"] = str(told.retry_after)
    return response


def _answer(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    if request.path.startswith(SESSIONLESS):
        return HttpResponse(dumps(api_errors.body(code, message)), status=status, content_type="application/json")
    # Rendered without the request: its context processors would ask the database who this is.
    context = {"status": status, "message": message, "request_id": request_id.get()}
    return HttpResponse(render_to_string("error.html", context), status=status)
