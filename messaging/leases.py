"""Which relay works on which partitions: each has one relay at a time, and the relays share them evenly."""

import math
import time

from core.named_locks import NamedLocks
from messaging.outbox import PARTITIONS

SETTLE_EVERY = 2.0
_MEMBERS = [f"relay.member.{n}" for n in range(PARTITIONS)]
_PARTS = [f"relay.part.{n}" for n in range(PARTITIONS)]


class Leases:
    """One relay's partitions. A relay that dies loses its locks, and the others take its partitions within seconds."""

    def __init__(self, locks: NamedLocks) -> None:
        self._locks = locks
        self._settled_at = -math.inf

    def parts(self) -> list[int]:
        """The partitions that are this relay's now; every ``SETTLE_EVERY`` seconds the relays settle them anew."""
        if not self._locks.held or time.monotonic() - self._settled_at > SETTLE_EVERY:
            self._settle()
            self._settled_at = time.monotonic()
        return sorted(_PARTS.index(name) for name in self._mine())

    def release(self) -> None:
        self._locks.release()

    def _settle(self) -> None:
        """Sign in as a member, then take or give back partitions until this relay has its share."""
        taken = self._locks.taken(_MEMBERS + _PARTS)
        if not self._locks.held.intersection(_MEMBERS):
            # One seat each; whoever finds none is a stand-by.
            free = [name for name in _MEMBERS if name not in taken]
            if not any(self._locks.take([name]) for name in free):
                return
            taken = self._locks.taken(_MEMBERS + _PARTS)
        share = math.ceil(PARTITIONS / len(taken.intersection(_MEMBERS)))
        mine = self._mine()
        if len(mine) > share:
            self._locks.drop(mine[share:])
        elif len(mine) < share:
            self._locks.take([name for name in _PARTS if name not in taken][: share - len(mine)])

    def _mine(self) -> list[str]:
        return [name for name in _PARTS if name in self._locks.held]
