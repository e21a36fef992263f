"""A transaction that lost a race for locks is run again from its start."""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, transaction

from core.transactions import all_or_nothing

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 4
LOCK_WAIT_TIMEOUT, DEADLOCK = 1205, 1213


def atomic_retry(act: Callable[P, R]) -> Callable[P, R]:
    """Run ``act`` in a transaction, and again, up to ``TRIES`` times, when the database ended it over a lock.

    For doors: ``act`` must look its rows up itself, because a second run would find on instances made outside what
    the first had left there. Within a transaction that is already open it is a plain savepoint: a deadlock has undone
    the whole of it, so only its owner can begin again.
    """

    @functools.wraps(act)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        outermost = not transaction.get_connection().in_atomic_block
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic(), all_or_nothing():
                    return act(*args, **kwargs)
            except OperationalError as error:
                if not (outermost and attempt < TRIES and lost_a_lock(error)):
                    raise
            # Rivals that begin again together would meet again.
            time.sleep(random.uniform(0.5, 1.5) * 0.01 * 2**attempt)  # noqa: S311
        raise AssertionError("the last attempt returns or raises")

    return tried


def lost_a_lock(error: BaseException) -> bool:
    """Whether MySQL or MariaDB gave up on this statement over a lock; the same work may succeed a moment later."""
    return isinstance(error, OperationalError) and error.args[:1] in ((LOCK_WAIT_TIMEOUT,), (DEADLOCK,))
