"""Take what is due and work on it, until told to stop. Any number of these run side by side."""

import threading

from wecom.sync import leases, running

IDLE = 2.0


def run(stopping: threading.Event) -> None:
    """One runner: a thread of the daemon."""
    while not stopping.is_set():
        taken = leases.take()
        if taken:
            running.work(taken, stopping=stopping)
        else:
            stopping.wait(IDLE)
