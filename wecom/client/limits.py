"""How fast calls may follow one another: each company and call has a place in a queue shared by all processes (GCRA).

Of the documented 10,000 a minute and 150,000 an hour (page 90454) 95 % are used at most: 90 % steadily, 5 % in a burst.
The state is two moments in Redis, moved on by one script with Redis' own clock. While Redis is away every process keeps
to its own part of the limit: together they make fewer calls then, never more.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from core import safe_cache

# Seconds that a call may have to wait for its turn; who would wait longer is sent away.
MOST_WAIT = 5.0
_STEADY, _BURST = 0.90, 0.05


@dataclass(frozen=True, slots=True)
class Quota:
    """So many calls in so many seconds, and the two figures by which they are kept.

    Attributes:
        gap: seconds between two calls that follow steadily.
        slack: seconds by which a caller may run ahead of that.
    """

    calls: float
    seconds: float

    @property
    def gap(self) -> float:
        return self.seconds / (self.calls * _STEADY)

    @property
    def slack(self) -> float:
        return max(self.calls * _BURST - 1, 0) * self.gap

    def part(self, of: int) -> "Quota":
        return Quota(self.calls / of, self.seconds)


QUOTAS = (Quota(10_000, 60), Quota(150_000, 3_600))

# KEYS: one per quota. ARGV: most wait, then gap and slack of each, all in microseconds. The turn is taken only where no
# quota makes the caller wait longer than that. Answers the wait, negated where the turn was not taken.
_SCRIPT = """
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local wait, turns = 0, {}
for i, key in ipairs(KEYS) do
  local gap, slack = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local turn = math.max(tonumber(redis.call('GET', key) or '0'), now)
  wait = math.max(wait, turn - slack - now)
  turns[i] = turn + gap
end
if wait > tonumber(ARGV[1]) then return -wait end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', turns[i]), 'PX', math.ceil((turns[i] - now) / 1000) + 1000)
end
return wait
"""


class LocalTurns:
    """The same in the memory of this process.

    Args:
        quotas: what this process may use.
        clock: seconds that only grow.
        ahead: whether a burst may be used at the start. Not by one that steps in for Redis, where it may have been
            used a moment ago.
    """

    def __init__(self, quotas: tuple[Quota, ...], *, clock: Callable[[], float], ahead: bool) -> None:
        self._quotas, self._clock, self._ahead = quotas, clock, ahead
        self._turns: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def take(self, name: str, most: float) -> float:
        """Seconds to wait, negative where the turn was not taken."""
        with self._lock:
            moment = self._clock()
            held = self._turns.get(name) or [moment + (0 if self._ahead else q.slack) for q in self._quotas]
            turns = [max(turn, moment) for turn in held]
            wait = max(0.0, *(t - q.slack - moment for t, q in zip(turns, self._quotas, strict=True)))
            if wait > most:
                return -wait
            self._turns[name] = [t + q.gap for t, q in zip(turns, self._quotas, strict=True)]
            return wait

    def forget(self, name: str) -> None:
        """Somebody else keeps this queue now: what is remembered of it grows old."""
        self._turns.pop(name, None)


class Limits:
    """The queue of every company and call.

    Args:
        quotas: the documented limits.
        processes: how many processes share the limit while Redis is away.
        shared: the script's door to Redis: source, keys, arguments → its answer, None while Redis is away.
    """

    def __init__(
        self,
        *,
        quotas: tuple[Quota, ...] = QUOTAS,
        processes: int,
        shared: Callable[[str, list[str], list[Any]], Any] | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        own = tuple(quota.part(processes) for quota in quotas)
        self._local = LocalTurns(own if shared else quotas, clock=clock, ahead=shared is None)
        self._shared = shared
        self._figures = [round(part * 1e6) for quota in quotas for part in (quota.gap, quota.slack)]
        self._spans = [round(quota.seconds) for quota in quotas]

    def take(self, corp_id: int, api: str, *, most: float = MOST_WAIT) -> float:
        """Take a turn. Returns the seconds to wait before the call is made; negative, those until it is worth asking
        again, where the wait would be longer than ``most`` seconds and no turn was taken."""
        name = f"wecom.turn.{corp_id}.{api}"
        told = self._ask(name, most) if self._shared else None
        if told is None:
            return self._local.take(name, most)
        self._local.forget(name)
        return told / 1e6

    def _ask(self, name: str, most: float) -> int | None:
        keys = [f"{name}.{span}" for span in self._spans]
        arguments = [round(most * 1e6), *self._figures]
        return self._shared(_SCRIPT, keys, arguments) if self._shared else None


def of_settings() -> Limits:
    """The limits as this installation keeps them."""
    shared = safe_cache.run_script if settings.REDIS_URL else None
    return Limits(processes=settings.WECOM_MOST_PROCESSES, shared=shared)
