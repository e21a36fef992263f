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
        self._held: dict[bytes, tuple[float, T]] = {}

    def get(self, key: bytes) -> T | None:
        found = self._held.get(key)
        return found[1] if found and found[0] > time.monotonic() else None

    def put(self, key: bytes, value: T, *, at_most: float | None = None) -> None:
        """Remember the value, for no longer than ``at_most`` seconds where that is less."""
        if len(self._held) >= self.limit:
            self._held.clear()
        span = self.seconds if at_most is None else min(self.seconds, at_most)
        self._held[key] = (time.monotonic() + span, value)

    def clear(self) -> None:
        self._held.clear()
