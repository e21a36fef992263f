"""A customer's detail past Django's request and DRF's view: the same steps by the same functions, at half the price.

Whatever it can't answer with 200 goes the usual way, as if this module weren't here
(docs/decisions/0017-express-detail.md).
"""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import close_old_connections
from django.urls import resolve

from core.logs import request_id
from core.middleware import identity, note
from core.throttling import CHARGED, charge
from corps import keyring
from corps.authentication import given_key
from corps.policy import Act
from customers import cache
from customers.api.parameters import MAX_ID
from customers.api.views import CustomerDetailView

Environ = dict[str, Any]
Start = Callable[..., Any]
Headers = list[tuple[str, str]]

_PATH = re.compile(r"/api/v1/customers/([0-9]{1,19})/?")
# Who sends one of these asks for more than the plain detail.
_MORE = ("QUERY_STRING", "SCRIPT_NAME", "CONTENT_LENGTH", "HTTP_IF_NONE_MATCH", "HTTP_COOKIE", "HTTP_TRANSFER_ENCODING")
_ACT: Act = CustomerDetailView.acts["get"]
_log = structlog.get_logger("scrm.express")


@dataclass(frozen=True, slots=True)
class _Form:
    """What an answer of Django's looked like: the pattern of its route, and its headers."""

    route: str
    headers: Headers


class Express:
    """WSGI around Django's handler, which answers the detail itself where it can.

    Its headers are those of the first detail that Django answered: one middleware more needs nothing here.
    """

    def __init__(self, django: Callable[[Environ, Start], Iterable[bytes]]) -> None:
        self._django = django
        # The scheme, as the server and as the proxy tell it → the answer's form: redirects and HSTS depend on it.
        self._forms: dict[tuple[Any, Any], _Form] = {}

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        customer_id, scheme = _asked(environ), (environ.get("wsgi.url_scheme"), environ.get("HTTP_X_FORWARDED_PROTO"))
        if not customer_id or scheme[1] not in (None, "http", "https"):
            return self._django(environ, start)
        form = self._forms.get(scheme)
        if form is None:
            return self._django(environ, self._learning(scheme, environ, start))
        body = _answer(customer_id, form, environ, start)
        return self._django(environ, start) if body is None else [body]

    def _learning(self, scheme: tuple[Any, Any], environ: Environ, start: Start) -> Start:
        def learn(status: str, headers: Headers, *more: Any) -> Any:
            if status == "200 OK":
                self._forms[scheme] = _Form(resolve(environ["PATH_INFO"]).route, headers)
            return start(status, headers, *more)

        return learn


def _asked(environ: Environ) -> int:
    """The id of the customer whose plain detail is asked for; 0 for any other request."""
    found = _PATH.fullmatch(environ["PATH_INFO"])
    if not found or environ["REQUEST_METHOD"] != "GET" or any(environ.get(name) for name in _MORE):
        return 0
    number = int(found[1])
    return number if number <= MAX_ID else 0


def _answer(customer_id: int, form: _Form, environ: Environ, start: Start) -> bytes | None:
    """The body, its headers sent and the request noted; None, with nothing sent, where it is Django's to answer."""
    began, ident = time.perf_counter(), identity(environ)
    token = request_id.set(ident)
    try:
        found = _found(customer_id, environ)
        if found is None:
            return None
        body, own = found[1], {"ETag": f'"{found[0]}"', "X-Request-Id": ident}
        start("200 OK", [(name, own.get(name, value)) for name, value in form.headers])
        note(form.route, "GET", environ["PATH_INFO"], 200, time.perf_counter() - began)
        return body
    finally:
        request_id.reset(token)


def _found(customer_id: int, environ: Environ) -> tuple[int, bytes] | None:
    """(version, body) of a customer that the caller may read; None for every refusal and every fault."""
    try:
        # What Django does between two requests.
        close_old_connections()
        key = given_key(environ)
        held = keyring.actor_of(key) if key else None
        if held is None or not (held[0].corp_id and held[0].may(_ACT)) or charge(held[0]) is not None:
            return None
        environ[CHARGED] = True
        versions = cache.versions(customer_id, held[0])
        return (versions[0], cache.detail(customer_id, versions)) if versions else None
    except Exception as error:
        # Django meets the same fault next, and knows how to tell the caller.
        _log.info("express_fault", kind=type(error).__name__)
        return None
