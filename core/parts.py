"""A loop as a thread, where several share a process."""

import threading
from collections.abc import Callable, Sequence

import structlog
from django.db import connections

_log = structlog.get_logger("scrm.parts")


class Part(threading.Thread):
    """One loop of the service in a thread of its own. A loop that falls over is logged and started again.

    Args:
        loop: runs until the event it is given is set.
        hurry: called when the part is asked to stop, for a loop that doesn't look at its event.
    """

    def __init__(self, name: str, loop: Callable[[threading.Event], None], hurry: Callable[[], None] | None = None):
        super().__init__(name=name, daemon=True)
        self._loop, self._hurry, self._stopping = loop, hurry, threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._loop(self._stopping)
            except Exception:
                _log.exception("part_failed", part=self.name)
                self._stopping.wait(1)
            finally:
                connections.close_all()

    def ask_to_stop(self) -> None:
        self._stopping.set()
        if self._hurry:
            self._hurry()


def stop_all(parts: Sequence[Part], *, patience: float) -> list[str]:
    """Ask all to stop at once, then wait ``patience`` seconds for each: what one leaves undone is a row, and found at
    the next start.

    Returns: the names of those that have not ended.
    """
    for part in parts:
        part.ask_to_stop()
    for part in parts:
        part.join(patience)
    return [part.name for part in parts if part.is_alive()]
