"""What an event was caused by: set by the inbox around a handler, read by the outbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """The event now being handled, and how many events led to it."""

    event_id: str | None = None
    hops: int = 0


_NONE = Cause()
_cause: ContextVar[Cause] = ContextVar("cause", default=_NONE)


def current() -> Cause:
    """The cause of whatever is recorded now; the empty one outside a handler."""
    return _cause.get()


@contextmanager
def caused_by(*, event_id: str, hops: int) -> Iterator[None]:
    """Within this block, recorded events name ``event_id`` as their cause and count one hop more."""
    token = _cause.set(Cause(event_id, hops + 1))
    try:
        yield
    finally:
        _cause.reset(token)
