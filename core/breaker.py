"""A circuit breaker: after a failure nobody waits for the broken thing until a probe has found it well."""

import threading
import time
from collections.abc import Callable


class Breaker:
    """Closed while all is well; opened by ``failures`` failures in a row; then one probe in each ``rest`` seconds.

    Args:
        failures: how many in a row open it.
        rest: seconds between probes while it is open.
        clock: seconds that only grow.
    """

    def __init__(self, *, failures: int = 5, rest: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._rest, self._clock = failures, rest, clock
        self._lock = threading.Lock()
        self._failed, self._probe_at = 0, 0.0
        self.closed = True

    def allows(self) -> bool:
        """Whether the caller may try: always while closed, and once in each rest (the probe) while open."""
        return self.closed or self.claim_probe()

    def claim_probe(self) -> bool:
        """True for one caller in each rest while the breaker is open: that one must try, and report what it found."""
        with self._lock:
            if self.closed or self._clock() < self._probe_at:
                return False
            self._probe_at = self._clock() + self._rest
            return True

    def succeeded(self) -> bool:
        """Note a success. True if this closed the breaker."""
        if self.closed and not self._failed:
            return False
        with self._lock:
            reopened = not self.closed
            self._failed, self.closed = 0, True
            return reopened

    def failed(self) -> bool:
        """Note a failure. True if this opened the breaker."""
        with self._lock:
            self._failed += 1
            self._probe_at = self._clock() + self._rest
            opens = self.closed and self._failed >= self._limit
            self.closed = self.closed and not opens
            return opens
