"""Probes for the platform: is the process alive, and can it do its work."""

import hmac
import time
from collections.abc import Callable
from typing import Any

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed

from core import api_errors, safe_cache
from core.rendering import dumps

OK, DEGRADED, DOWN = "ok", "degraded", "down"


def live(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nobody, so that an outage elsewhere restarts no healthy process."""
    return answer({"status": OK})


def ready(request: HttpRequest) -> HttpResponse:
    """200 when this process can serve: the database answers and has the tables of this release. Else 503."""
    parts = {"database": timed(database)}
    parts["migrations"] = timed(migrations) if parts["database"]["status"] == OK else {"status": DOWN}
    return answer({"status": worst(parts), "parts": parts})


def database() -> dict[str, Any]:
    """Whether the database answers a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return {"status": DOWN, "error": type(error).__name__}
    return {"status": OK}


def migrations() -> dict[str, Any]:
    """Whether this release's migrations have been applied. Once they have, the process asks no more."""
    if not _Applied.seen:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            return {"status": DOWN, "missing": len(missing)}
        _Applied.seen = True
    return {"status": OK}


class _Applied:
    seen = False


def cache() -> dict[str, Any]:
    """Whether the cache answers; without it the service is slower and each process throttles for itself."""
    return {"status": OK if safe_cache.available() else DEGRADED}


def timed(probe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The probe's result and the milliseconds it took."""
    started = time.perf_counter()
    found = probe()
    return found | {"ms": round((time.perf_counter() - started) * 1000, 1)}


def worst(parts: dict[str, dict[str, Any]]) -> str:
    """The status of the whole: that of its worst part."""
    return max((part["status"] for part in parts.values()), key=[OK, DEGRADED, DOWN].index, default=OK)


def answer(data: dict[str, Any]) -> HttpResponse:
    """The findings as JSON, 503 when something that nothing works without is down."""
    status = 503 if data["status"] == DOWN else 200
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "5"} if status == 503 else {})
    return HttpResponse(dumps(data), status=status, content_type="application/json", headers=headers)


def guard(request: HttpRequest, token: str) -> HttpResponse | None:
    """The refusal for a caller who doesn't show ``token`` as its bearer; None when it does, or none is asked for."""
    given = request.META.get("HTTP_AUTHORIZATION", "")
    if not token or hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return None
    body = api_errors.body(AuthenticationFailed.default_code, _("This page needs its token."))
    headers = {"WWW-Authenticate": "Bearer"}
    return HttpResponse(dumps(body), status=401, content_type="application/json", headers=headers)
