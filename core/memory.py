"""Answers a process remembers for a few seconds."""

import time
from collections.abc import Hashable
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


class BriefCopies:
    """At most ``limit`` byte strings, none longer than ``longest``, all let go together ``seconds`` after the first.

    For what is never wrong under its key. It is the next one to ask who lets them go. Threads share it without a lock:
    at worst one stores a copy that nobody finds.
    """

    def __init__(self, *, seconds: float, limit: int, longest: int) -> None:
        self.seconds, self.limit, self.longest = seconds, limit, longest
        self._held: dict[Hashable, bytes] = {}
        self._until = float("-inf")

    def get(self, key: Hashable) -> bytes | None:
        if time.monotonic() >= self._until:
            self.clear()
            return None
        return self._held.get(key)

    def put(self, key: Hashable, value: bytes) -> None:
        if len(value) > self.longest:
            return
        if len(self._held) >= self.limit:
            self.clear()
        if not self._held:
            self._until = time.monotonic() + self.seconds
        self._held[key] = value

    def clear(self) -> None:
        self._held, self._until = {}, float("-inf")
