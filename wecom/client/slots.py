"""How many calls of one kind a company makes at once, counted across all processes without Redis (45033).

A slot is a named lock on the caller's own database connection: whoever is killed gives it back. The connection does
nothing else meanwhile, as a call to WeCom is never made inside a transaction.
"""

import random
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.db import DatabaseError, InterfaceError, connection

from core.named_locks import NamedLocks
from wecom.client.endpoints import Endpoint
from wecom.client.errors import Crowded

# Seconds, in steps of which each waits for another slot: whoever is unlucky with one isn't with the next.
MOST_WAIT, _STEP = 10, 1


@contextmanager
def slot(corp_id: int, endpoint: Endpoint, *, alone: bool = False) -> Iterator[None]:
    """One of the company's slots for this call, for as long as the block lasts.

    Args:
        alone: after a 45033 there is a single one for a while.

    Raises:
        Crowded: none came free in ``MOST_WAIT`` seconds.
    """
    locks, names = NamedLocks(connection), names_of(corp_id, endpoint)
    if not any(_took(locks, names[:1] if alone else names) for _step in range(MOST_WAIT // _STEP)):
        raise Crowded(0, endpoint.path)
    try:
        yield
    finally:
        give_back(locks)


def names_of(corp_id: int, endpoint: Endpoint) -> list[str]:
    """The names of all the company's slots for this call. The first is the one that stays where there is a single."""
    return [f"wecom.{corp_id}.{slot_name}" for slot_name in _slots(endpoint)]


def turned(names: list[str]) -> list[str]:
    """From one of them on, drawn by lot: whoever begins at another name than others meets few of them."""
    first = int(random.random() * len(names))  # noqa: S311
    return names[first:] + names[:first]


def give_back(locks: NamedLocks) -> None:
    """Let go of the slot that is held."""
    try:
        locks.release()
    except (DatabaseError, InterfaceError):
        # The connection died during the call and its locks with it. The next statement opens a new one.
        connection.close()


@lru_cache(maxsize=256)
def _slots(endpoint: Endpoint) -> list[str]:
    prefix = f"{zlib.crc32(endpoint.path.encode()):08x}"
    return [f"{prefix}.{n}" for n in range(endpoint.at_once)]


def _took(locks: NamedLocks, names: list[str]) -> bool:
    return locks.take_one(turned(names), wait=_STEP) is not None
