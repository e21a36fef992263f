"""The detailed health page and the metrics: what the platform and a person on call look at."""

import threading
import time
from typing import Any

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from kombu import Connection
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.core import GaugeMetricFamily

from core import health, metrics
from messaging import stats

BROKER_TIMEOUT = 1
# An event older than this means that the relay stands still: it usually takes less than a second.
LATE_AFTER = 60
# Everyone may ask, so the answer is made at most this often: each costs a connection to the broker.
REMEMBERED = 2.0


def detail(request: HttpRequest) -> HttpResponse:
    """Every part with its figures: ``ok``, ``degraded`` (works, with something missing or late) or ``down``."""
    if refusal := health.guard(request, settings.HEALTH_TOKEN):
        return refusal
    parts = _memory.parts()
    return health.answer({"status": health.worst(parts), "parts": parts})


def exposition(request: HttpRequest) -> HttpResponse:
    """Prometheus' page."""
    if refusal := health.guard(request, settings.METRICS_TOKEN):
        return refusal
    body = metrics.exposition(*_gauges())
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def forget() -> None:
    """Make the next answer anew."""
    _memory.clear()


def _parts() -> dict[str, dict[str, Any]]:
    parts = {
        "database": health.timed(health.database),
        "cache": health.timed(health.cache),
        "broker": health.timed(_broker),
    }
    if parts["database"]["status"] == health.OK:
        parts |= _queues()
        for probe in _of_apps("parts"):
            parts |= probe()
    return parts


def _of_apps(name: str) -> list[Any]:
    """A function of each module that the apps above this one have for it (settings.HEALTH_MODULES)."""
    return [import_string(f"{module}.{name}") for module in settings.HEALTH_MODULES]


def _broker() -> dict[str, Any]:
    """Whether the broker lets us in. Without it events wait in the outbox: late, not lost."""
    if settings.EMBEDDED_BROKER:
        return {"status": health.OK, "kind": "embedded"}
    link = Connection(settings.BROKER_URL, connect_timeout=BROKER_TIMEOUT)
    away: tuple[type[BaseException], ...] = (OSError, *link.connection_errors, *link.channel_errors)
    try:
        link.connect()
    except away as error:
        return {"status": health.DEGRADED, "error": type(error).__name__}
    finally:
        link.collect(socket_timeout=0.1)
    return {"status": health.OK}


def _queues() -> dict[str, dict[str, Any]]:
    figures = stats.figures()
    oldest = figures["outbox_oldest_seconds"]
    dead = figures["dead_deliveries"] + figures["dead_letters"] > 0
    return {
        "outbox": {"status": _if(oldest > LATE_AFTER), "waiting": figures["outbox_backlog"], "oldestSeconds": oldest},
        "inbox": {"status": health.OK, "waiting": figures["inbox_pending"]},
        "dead": {"status": _if(dead), "deliveries": figures["dead_deliveries"], "letters": figures["dead_letters"]},
    }


def _if(trouble: bool) -> str:
    return health.DEGRADED if trouble else health.OK


def _gauges() -> list[GaugeMetricFamily]:
    try:
        figures = stats.figures()
        more = [gauge for gauges in _of_apps("gauges") for gauge in gauges()]
    except Error:
        return [GaugeMetricFamily("scrm_database_up", "Whether the database answers.", value=0)]
    up = GaugeMetricFamily("scrm_database_up", "Whether the database answers.", value=1)
    own = [GaugeMetricFamily(f"scrm_{name}", _MEANING.get(name, name), value=n) for name, n in figures.items()]
    return [up, *own, *more]


_MEANING = {
    "outbox_backlog": "Events not yet published.",
    "outbox_oldest_seconds": "Age of the oldest event not yet published.",
    "inbox_pending": "Deliveries to handlers that wait.",
    "dead_deliveries": "Deliveries that were given up.",
    "dead_letters": "Messages that the broker gave up and nobody has sent again.",
}


class _Memory:
    """The last findings. One caller looks; the others of the same moment wait for what it finds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._parts: dict[str, dict[str, Any]] = {}

    def parts(self) -> dict[str, dict[str, Any]]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._parts = _parts()
                self._until = time.monotonic() + REMEMBERED
            return self._parts

    def clear(self) -> None:
        self._until = 0.0


_memory = _Memory()
