"""Calls that come while one of them is at work are done together, by the next one.

A transaction costs the database as much for itself as for what is in it. A call that comes alone waits for nobody
(docs/decisions/0051-combined-creations.md).
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Doubtful(Exception):
    """Raised by what does things together: not all of them can be done so, each has to be tried for itself."""


@dataclass(slots=True)
class _Call(Generic[T, R]):
    item: T
    result: R | None = None
    error: Exception | None = None
    done: bool = False
    # Held by who waits, until this call is done or is the one to do what waits.
    turn: threading.Lock = field(default_factory=threading.Lock)


class Combined(Generic[T, R]):
    """A function of one thing, done for several at once where threads of this process ask for it at the same time.

    Args:
        together: does it for all of them; a result for each, in their order. It is called by one thread at a time, and
            what it raises is raised to each of them.
        most: so many at once.
    """

    def __init__(self, together: Callable[[Sequence[T]], Sequence[R]], *, most: int) -> None:
        self._together, self._most = together, most
        self._guard = threading.Lock()
        self._waiting: list[_Call[T, R]] = []
        self._busy = False

    def __call__(self, item: T) -> R | None:
        """What ``together`` made of this item; None if the thread that did it was ended before it knew."""
        call: _Call[T, R] = _Call(item)
        with self._guard:
            self._waiting.append(call)
            waits, self._busy = self._busy, True
            if waits:
                call.turn.acquire()
        if waits:
            call.turn.acquire()
        if not call.done:
            self._lead()
        if call.error:
            raise call.error
        return call.result

    @property
    def waiting(self) -> int:
        """How many calls nobody works at yet."""
        return len(self._waiting)

    def _lead(self) -> None:
        """Do what waits, this thread's own call first, and leave who came meanwhile to the first of them."""
        with self._guard:
            calls, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            for call, result in zip(calls, self._together([call.item for call in calls]), strict=True):
                call.result = result
        except Exception as error:
            for call in calls:
                call.error = error
        finally:
            self._hand_over(calls)

    def _hand_over(self, calls: Sequence[_Call[T, R]]) -> None:
        with self._guard:
            heir = self._waiting[0] if self._waiting else None
            self._busy = heir is not None
        for call in calls:
            call.done = True
            if call.turn.locked():
                call.turn.release()
        if heir:
            heir.turn.release()
