"""Take transfers that are due and work on them, until told to stop. Any number of these run side by side."""

import threading

from wecom.transfers import leases, working

IDLE = 2.0


def run(stopping: threading.Event) -> None:
    """One worker: a thread of the daemon."""
    while not stopping.is_set():
        if job := leases.take():
            working.work(job, stopping=stopping)
        else:
            stopping.wait(IDLE)
