"""WeCom's rates (page 90454), counted as it counts: per API, by the minute and the hour, and how many calls at once."""

import threading
from collections import Counter
from dataclasses import dataclass, field

from wecom.sandbox.codes import Failure

_MINUTE, _HOUR = 60, 3600


@dataclass(slots=True)
class Limits:
    """Off until ``counting``; the documented rates then, and the named concurrency.

    Attributes:
        at_once: calls of an API at the same time (45033), as staff name for mark_tag.
        closed: API → until when it answers 45009 only.
        refused: how many calls met 45009 or 45033.
    """

    counting: bool = False
    per_minute: int = 10_000
    per_hour: int = 150_000
    at_once: dict[str, int] = field(default_factory=lambda: {"externalcontact/mark_tag": 5})
    closed: dict[str, int] = field(default_factory=dict)
    refused: Counter[int] = field(default_factory=Counter)
    _counts: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    _running: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, api: str, now: int) -> None:
        """Count a call that begins; ``leave`` must follow, also after a refusal.

        Raises:
            Failure: 45009 with the window closed for 60 seconds or 60 minutes, 45033.
        """
        with self._lock:
            self._running[api] += 1
            if not self.counting:
                return
            code = self._judge(api, now)
            if code:
                self.refused[code] += 1
                raise Failure(code)

    def leave(self, api: str) -> None:
        with self._lock:
            self._running[api] -= 1

    def close(self, api: str, until: int) -> None:
        """Answer 45009 until then, whatever the counts."""
        self.counting = True
        self.closed[api] = until

    def _judge(self, api: str, now: int) -> int:
        if self._running[api] > self.at_once.get(api, self._running[api]):
            return 45033
        if self.closed.get(api, 0) > now:
            return 45009
        for span, most in ((_MINUTE, self.per_minute), (_HOUR, self.per_hour)):
            window, count = self._counts.get((api, span), (0, 0))
            count = count + 1 if window == now // span else 1
            self._counts[api, span] = (now // span, count)
            if count > most:
                self.closed[api] = now + span
                return 45009
        return 0
