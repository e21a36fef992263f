"""Work off what WeCom told: claim what is due, read each thing once however much was told of it, apply, mark.

The rows are the truth: nobody rings, and what a killed daemon has claimed is found again by another.
"""

import datetime as dt
import math
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import DatabaseError, close_old_connections, connection

from core.backoff import Backoff
from core.failpoints import failpoint
from wecom.callbacks import chats, claims, customers, house, tags
from wecom.callbacks.boxes import Box, sorted_into
from wecom.models import CallbackReceipt

Worker = Callable[[Sequence[Box]], None]
WORKERS: dict[str, Worker] = {"customer": customers.work, "chat": chats.work, "tags": tags.work, "house": house.work}
POLL = {True: 0.1, False: 0.2}
THREADS = 8
AT_ONCE = 200
# Things of one company that share a ticket, a transaction and a thread.
MOST_IN_JOB = 20
# Urgent ones that their own lane has left lying so long are anybody's.
FORSAKEN = dt.timedelta(seconds=5)
_log = structlog.get_logger("scrm.callbacks")


def run(stopping: threading.Event, *, urgent: bool, threads: int = THREADS) -> None:
    """One lane: work until the event is set; what is in hand is finished. Restarts of the database are sat out.

    Args:
        urgent: only what has a welcome code, which is good for 20 seconds.
    """
    # SQLite has one writer: more threads would only wait for each other.
    threads = threads if connection.vendor == "mysql" else min(threads, 2)
    room, backoff = threading.Semaphore(threads), Backoff(1, 30)
    with ThreadPoolExecutor(threads, thread_name_prefix="receipts") as pool:
        while not stopping.is_set():
            try:
                close_old_connections()
                taken = _take(urgent)
                backoff.reset()
            except DatabaseError as error:
                _log.warning("drain_waits", error=type(error).__name__)
                connection.close()
                stopping.wait(backoff.pause())
                continue
            for job in _jobs(taken, threads):
                room.acquire()
                pool.submit(_in_thread, job, room)
            if len(taken) < AT_ONCE:
                stopping.wait(POLL[urgent])


def once(*, urgent: bool | None = None) -> int:
    """Work off what is due now, in this thread. Returns how many receipts were taken.

    Args:
        urgent: one lane; None for both.
    """
    taken = [row for lane in ([True, False] if urgent is None else [urgent]) for row in _take(lane)]
    for job in _jobs(taken, 1):
        work(job)
    return len(taken)


def work(boxes: Sequence[Box]) -> None:
    """Work on boxes of one kind and company. One that can't be worked off doesn't keep the others from it."""
    failpoint("callback.claimed")
    try:
        WORKERS[boxes[0].kind](boxes)
    # Whatever a worker raises is its failure, not this loop's.
    except Exception as error:
        if len(boxes) == 1:
            claims.failed(boxes[0].receipts, error)
        else:
            for box in boxes:
                work([box])


def _take(urgent: bool) -> list[CallbackReceipt]:
    taken = claims.take(urgent=urgent, most=AT_ONCE)
    if not urgent and len(taken) < AT_ONCE:
        taken += claims.take(urgent=True, most=AT_ONCE, overdue=FORSAKEN)
    return taken


def _jobs(taken: Sequence[CallbackReceipt], threads: int) -> Iterator[list[Box]]:
    """Boxes of one kind and company together, as many to a job as keep every thread busy."""
    groups: dict[tuple[int, str], list[Box]] = {}
    for box in sorted_into(taken):
        groups.setdefault((box.corp_id, box.kind), []).append(box)
    for boxes in groups.values():
        size = min(MOST_IN_JOB, math.ceil(len(boxes) / threads))
        yield from (boxes[start : start + size] for start in range(0, len(boxes), size))


def _in_thread(boxes: Sequence[Box], room: threading.Semaphore) -> None:
    try:
        close_old_connections()
        work(boxes)
    except DatabaseError as error:
        # It could not even be noted: the claim runs out, and they are taken again.
        _log.warning("receipts_left", error=type(error).__name__)
        connection.close()
    finally:
        close_old_connections()
        room.release()
