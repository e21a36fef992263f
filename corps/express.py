"""Requests answered past Django's request and DRF's view: the same steps by the same functions, at half the price.

Whatever a short way can't answer with success goes the usual way, as if this module weren't here
(docs/decisions/0017-express-detail.md).
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import close_old_connections
from django.urls import resolve
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from core.errors import RuleViolation
from core.logs import request_id
from core.middleware import identity, note
from core.throttling import CHARGED, charge
from corps import keyring
from corps.actors import Actor
from corps.authentication import given_key
from corps.ways import Answer, Environ, Way, asked

Start = Callable[..., Any]
Headers = list[tuple[str, str]]

# Set in the WSGI environment, where no caller can write.
FAULT = "scrm.fault"
_log = structlog.get_logger("scrm.express")


class Overtaken:
    """A mixin for API views whose writes have a short way, named before APIView: a fault met there is told here.

    To do the work again could answer that it can't be done, because it has been.
    """

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if fault := request.META.get(FAULT):
            raise fault


@dataclass(frozen=True, slots=True)
class _Form:
    """What an answer of Django's looked like: the pattern of its route, and its headers."""

    route: str
    headers: Headers


class Express:
    """WSGI around Django's handler, which answers some requests itself where it can.

    Its headers are those of the first such answer of Django's: one middleware more needs nothing here.
    """

    def __init__(self, django: Callable[[Environ, Start], Iterable[bytes]], ways: Sequence[Way]) -> None:
        self._django, self._ways = django, ways
        # The way, and the scheme as the server and as the proxy tell it, on which redirects and HSTS depend → the form.
        self._forms: dict[tuple[Any, ...], _Form] = {}

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        found, proxied = asked(self._ways, environ), environ.get("HTTP_X_FORWARDED_PROTO")
        if not found or proxied not in (None, "http", "https"):
            return self._django(environ, start)
        way, ident = found
        key = (way, environ.get("wsgi.url_scheme"), proxied)
        form = self._forms.get(key)
        if form is None:
            return self._django(environ, self._learning(key, environ, start))
        body = _answer(way, ident, form, environ, start)
        return self._django(environ, start) if body is None else [body]

    def _learning(self, key: tuple[Any, ...], environ: Environ, start: Start) -> Start:
        def learn(status: str, headers: Headers, *more: Any) -> Any:
            if status == key[0].status:
                self._forms[key] = _Form(resolve(environ["PATH_INFO"]).route, headers)
            return start(status, headers, *more)

        return learn


def _answer(way: Way, ident: str, form: _Form, environ: Environ, start: Start) -> bytes | None:
    """The body, its headers sent and the request noted; None, with nothing sent, where it is Django's to answer."""
    began, request = time.perf_counter(), identity(environ)
    token = request_id.set(request)
    try:
        found = _found(way, ident, environ)
        if found is None:
            return None
        own = found.headers | {"X-Request-Id": request}
        start(way.status, [(name, own.get(name, value)) for name, value in form.headers])
        note(form.route, way.method, environ["PATH_INFO"], int(way.status[:3]), time.perf_counter() - began)
        return found.body
    finally:
        request_id.reset(token)


def _found(way: Way, ident: str, environ: Environ) -> Answer | None:
    """What the way answers a caller who may; None for every refusal and every fault."""
    try:
        # What Django does between two requests.
        close_old_connections()
        actor = _admitted(way, environ)
        return way.answer(actor, ident, environ) if actor else None
    except (RuleViolation, APIException):
        # Nothing was changed; Django refuses again, in the caller's language.
        return None
    except Exception as error:
        _log.info("express_fault", kind=type(error).__name__)
        if way.method != "GET":
            environ[FAULT] = error
        return None


def _admitted(way: Way, environ: Environ) -> Actor | None:
    key = given_key(environ)
    held = keyring.actor_of(key) if key else None
    if held is None or not (held[0].corp_id and held[0].may(way.act)) or charge(held[0]) is not None:
        return None
    environ[CHARGED] = True
    return held[0]
