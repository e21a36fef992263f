"""The company's clock: real time that can be put forward, or one that only moves when told to."""

import time


class Clock:
    """Unix seconds, as WeCom counts.

    Args:
        start: stand still at this second until advanced; without it the clock follows real time.
    """

    def __init__(self, start: int | None = None, *, ahead: int = 0) -> None:
        self._start = start
        self.ahead = ahead

    def now(self) -> int:
        return (int(time.time()) if self._start is None else self._start) + self.ahead

    def advance(self, seconds: int) -> int:
        """Put the clock forward; what is due by then happens at the next act or call.

        Raises:
            ValueError: for a step back, which would give events from before others already sent.
        """
        if seconds < 0:
            raise ValueError("a clock can't be put back")
        self.ahead += seconds
        return self.now()
