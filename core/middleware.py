"""Two thin layers: every request has an id, and only the console pays for the console's middleware."""

import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from core import metrics, redaction
from core.logs import AccessRecord, request_id

Handler = Callable[[HttpRequest], HttpResponse]
_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = logging.getLogger("scrm.access")
# What needs no session: the API, the probes, the callbacks of WeCom.
SESSIONLESS = ("/api/v1/", "/health/", "/metrics", "/wecom/callback/")


class RequestContext:
    """Gives the request an id (the caller's, if it is a sane one), returns it, counts and logs the answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ident = identity(request.META)
        token = request_id.set(ident)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers["X-Request-Id"] = ident
            match = request.resolver_match
            route, method = match.route if match else "", request.method or ""
            note(route, method, request.path, response.status_code, time.perf_counter() - started)
            return response
        finally:
            request_id.reset(token)


def identity(meta: Mapping[str, Any]) -> str:
    """The id of a request: the caller's, if it is a sane one, else a new one. ``meta`` is the WSGI environment."""
    given = meta.get("HTTP_X_REQUEST_ID", "")
    return given if _SAFE_ID.fullmatch(given) else secrets.token_hex(16)


def note(route: str, method: str, path: str, status: int, seconds: float) -> None:
    """Count and log an answered request."""
    metrics.observe(route, method, status, seconds)
    if settings.ACCESS_LOG and _log.isEnabledFor(logging.INFO):
        # The path alone: a query can hold a name or a phone number.
        path = redaction.path(path)
        _log.handle(AccessRecord({"method": method, "path": path, "status": status, "ms": round(seconds * 1000, 1)}))


class ApiShortcut:
    """Lets what needs no session pass straight to its view; the middleware listed after this one is the console's."""

    def __init__(self, get_response: Handler) -> None:
        self.console = get_response
        # A handler of its own with nothing around the view: the console's view middleware (CSRF) hangs on Django's.
        bare: Any = BaseHandler()
        bare._view_middleware = []
        bare._template_response_middleware = []
        bare._exception_middleware = []
        self.view: Any = convert_exception_to_response(bare._get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(SESSIONLESS):
            return self.console(request)
        with translation.override(_language(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:200])):
            return self.view(request)


@lru_cache(maxsize=1024)
def _language(accepted: str) -> str:
    """The language of an ``Accept-Language`` header; Chinese where it names none of ours."""
    for code, _quality in parse_accept_lang_header(accepted):
        with suppress(LookupError):
            return get_supported_language_variant(code)
    return settings.LANGUAGE_CODE
