"""What Prometheus is told: requests by route, faults of the cache and the database.

With several worker processes set PROMETHEUS_MULTIPROC_DIR to an empty folder before they start: each writes its figures
there and whichever answers ``/metrics`` adds them up.
"""

import os
from functools import lru_cache
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Counter("scrm_requests", "Requests answered.", ["route", "method", "status"])
LATENCY = Histogram("scrm_request_seconds", "Time to the answer.", ["route", "method"], buckets=_SECONDS)
CACHE_FAULTS = Counter("scrm_cache_faults", "Commands that Redis refused or left unanswered.")
DATABASE_FAULTS = Counter("scrm_database_faults", "Requests that ended because the database was away.")


def observe(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answered request under the pattern of its route: a path would make a series of every customer."""
    count, latency = _series(route, method, status)
    count.inc()
    latency.observe(seconds)


@lru_cache(maxsize=4096)
def _series(route: str, method: str, status: int) -> tuple[Any, Any]:
    # Callers make up routes and methods freely; the series of a process must stay few.
    route, method = route or "unmatched", method if method in _METHODS else "other"
    return REQUESTS.labels(route, method, status), LATENCY.labels(route, method)


def exposition(*gauges: Any) -> bytes:
    """Everything counted so far, by all worker processes, in Prometheus' text form.

    Args:
        gauges: metric families to add that are read now rather than counted, such as the length of a queue.
    """
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)
    else:
        registry.register(_Collected(REGISTRY))
    registry.register(_Fixed(gauges))
    return generate_latest(registry)


class _Collected:
    """Another registry as one collector."""

    def __init__(self, registry: Any) -> None:
        self.collect = registry.collect


class _Fixed:
    """Families that already have their values."""

    def __init__(self, families: Any) -> None:
        self._families = families

    def collect(self) -> Any:
        return self._families
