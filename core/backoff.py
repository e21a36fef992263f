"""How long to wait before the next try."""

import random


class Backoff:
    """Pauses that double from ``first`` to ``most`` seconds, jittered: who failed together doesn't return together."""

    def __init__(self, first: float, most: float) -> None:
        self.first, self.most = first, most
        self._next = first

    def pause(self) -> float:
        """The seconds to wait now; the next pause is longer."""
        seconds, self._next = self._next, min(self.most, self._next * 2)
        return seconds * random.uniform(0.5, 1.0)  # noqa: S311

    def reset(self) -> None:
        """A try succeeded: begin anew."""
        self._next = self.first
