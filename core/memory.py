"""Answers a process remembers for a few seconds."""

import time
from typing import Generic, TypeVar

T = TypeVar("T")


class ShortMemory(Generic[T]):
    """A dictionary whose entries last ``seconds``. Full, it forgets everything: the next look-ups fill it again.

    Reads and writes are single dictionary operations, so threads share one without a lock.
    """

    def __init__(self, *, seconds: float, limit: int = 10_000) -> None:
        self.seconds, self.limit = seconds, limit
        # key → from when, until when, what.
        self._held: dict[bytes, tuple[float, float, T]] = {}

    def get(self, key: bytes) -> T | None:
        found = self._held.get(key)
        # A clock that was set back ends an entry, it doesn't lengthen it.
        return found[2] if found and found[0] <= time.time() < found[1] else None

    def put(self, key: bytes, value: T, *, at_most: float | None = None) -> None:
        """Remember the value, for no longer than ``at_most`` seconds where that is less."""
        if len(self._held) >= self.limit:
            self._held.clear()
        span = self.seconds if at_most is None else min(self.seconds, at_most)
        moment = time.time()
        self._held[key] = (moment, moment + span, value)

    def clear(self) -> None:
        self._held.clear()
