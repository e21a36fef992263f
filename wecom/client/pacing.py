"""The one place where the client waits."""

import time


def sleep(seconds: float) -> None:
    """Wait so long; not at all for less than nothing."""
    time.sleep(max(0.0, seconds))
