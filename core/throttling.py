"""Requests a minute: of each account over all processes, and of each address for those who are not known."""

import threading
import time
from typing import Any

from django.conf import settings
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core import safe_cache

WINDOW = 60
# A process takes a fiftieth of the limit at once and spends it without asking anyone.
HANDFULS = 50
_LIMIT_OF_BUCKETS = 10_000


class Meter:
    """Counts against limits in windows of a minute. The count is in the shared cache; each process draws handfuls.

    What is drawn is never more than the limit; what a process has drawn and not spent when the minute ends is lost.
    While the cache is away each process counts for itself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # name → [window, tokens in hand, is the limit used up]
        self._buckets: dict[str, list[int]] = {}

    def spend(self, name: str, limit: int) -> float | None:
        """Take one; None when that was within the limit, else the seconds until the next window."""
        moment = time.time()
        window = int(moment) // WINDOW
        with self._lock:
            bucket = self._bucket(name, window)
            if bucket[1] > 0:
                bucket[1] -= 1
                return None
            if bucket[2]:
                return WINDOW - moment % WINDOW
        drawn, more = self._draw(name, window, limit)
        with self._lock:
            bucket[1] += drawn
            bucket[2] |= not more
            if bucket[1] > 0:
                bucket[1] -= 1
                return None
        return WINDOW - moment % WINDOW

    def clear(self) -> None:
        with self._lock:
            self._buckets.clear()

    def _bucket(self, name: str, window: int) -> list[int]:
        bucket = self._buckets.get(name)
        if bucket is None or bucket[0] != window:
            if len(self._buckets) >= _LIMIT_OF_BUCKETS:
                self._buckets.clear()
            bucket = self._buckets[name] = [window, 0, 0]
        return bucket

    @staticmethod
    def _draw(name: str, window: int, limit: int) -> tuple[int, bool]:
        """A handful from the shared counter, and whether there may be more."""
        wanted = max(1, limit // HANDFULS)
        total = safe_cache.increment(f"rate:{name}:{window}", wanted, 2 * WINDOW)
        if total is None:
            return limit, False
        return max(0, min(wanted, limit - (total - wanted))), total < limit


meter = Meter()


# Set in the WSGI environment, where no caller can write, by who has counted the request before Django saw it.
CHARGED = "scrm.charged"


def charge(actor: Any) -> float | None:
    """Count a request against its account: None when that was within its rate, else the seconds to wait."""
    return meter.spend(actor.label, actor.rate or settings.API_RATE)


class AccountThrottle(BaseThrottle):
    """``actor.rate`` or ``API_RATE`` requests a minute; callers without an account by address."""

    _wait: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        actor: Any = request.user
        if actor is None:
            charge_anonymous(request)
            return True
        if CHARGED not in request.META:
            self._wait = charge(actor)
        return self._wait is None

    def wait(self) -> float | None:
        return self._wait


def charge_anonymous(request: Request) -> None:
    """Count a request that came without valid credentials against its address.

    Raises:
        Throttled: the address has had its share for this minute.
    """
    address = BaseThrottle().get_ident(request)
    wait = meter.spend(f"ip:{address}", settings.API_ANONYMOUS_RATE)
    if wait is not None:
        raise Throttled(wait)
