"""Publish what the outbox holds: at least once, in order per subject but for crashes, by any number of relays."""

import threading
import uuid
from collections.abc import Sequence
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import F

from core.backoff import Backoff
from core.failpoints import failpoint
from core.named_locks import NamedLocks
from core.time import now
from messaging.leases import Leases
from messaging.loopback import LoopbackPublisher
from messaging.models import OutboxEvent
from messaging.publisher import AmqpPublisher, NotConfirmed, Outgoing, Publisher

BATCH = 200
# How much of one partition a read takes, so that a flood in one doesn't hold up the others.
PER_PART = 100
IDLE = 0.25
_log = structlog.get_logger("scrm.relay")
_DUE = (
    "SELECT * FROM (SELECT id, name, event_id, payload FROM outbox_event"
    " WHERE part = %s AND published_at IS NULL ORDER BY id LIMIT %s) AS p{n}"
)


class Relay:
    """One relay. It uses this thread's database connection for all it does, the partition locks included, so that a
    relay that has lost its locks can't write either."""

    def __init__(self, publisher: Publisher | None = None) -> None:
        self._publisher = publisher or (LoopbackPublisher() if settings.EMBEDDED_BROKER else AmqpPublisher())
        self._leases = Leases(NamedLocks(connection))  # type: ignore[arg-type]

    def run(self, stop: threading.Event) -> None:
        """Publish until ``stop`` is set; the batch in hand is finished."""
        backoff = Backoff(0.5, 30)
        while not stop.is_set():
            try:
                found = self.pump(stop)
                backoff.reset()
            except (NotConfirmed, DatabaseError, InterfaceError) as error:
                stop.wait(self._after(error, backoff))
            else:
                stop.wait(0 if found else IDLE)
        self.close()

    def pump(self, stop: threading.Event | None = None) -> int:
        """Publish what is due now in this relay's partitions. Returns how many events that were.

        Raises:
            NotConfirmed: the broker did not take all; what it took is marked, the rest stays.
            DatabaseError: the database is away.
        """
        due = self._due(self._leases.parts())
        for start in range(0, len(due), BATCH):
            if stop and stop.is_set():
                break
            self._publish(due[start : start + BATCH])
        return len(due)

    def close(self) -> None:
        """Free the partitions and the connections."""
        self._publisher.close()
        try:
            self._leases.release()
        except (DatabaseError, InterfaceError):
            _log.warning("relay_locks_lost")
        connection.close()

    def _due(self, parts: list[int]) -> list[Outgoing]:
        """Unpublished events, each partition's oldest first, in one statement over an index in order."""
        if not parts:
            return []
        sql = " UNION ALL ".join(_DUE.format(n=n) for n in parts)
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for part in parts for value in (part, PER_PART)])
            return [_outgoing(row) for row in cursor.fetchall()]

    def _publish(self, batch: Sequence[Outgoing]) -> None:
        try:
            confirmed = self._publisher.publish(batch)
        except NotConfirmed as error:
            self._mark(error.confirmed)
            left = [message.id for message in batch if message.id not in error.confirmed]
            OutboxEvent.objects.filter(pk__in=left).update(attempts=F("attempts") + 1, last_error=str(error)[:500])
            raise
        failpoint("relay.confirmed")
        self._mark(confirmed)
        failpoint("relay.marked")

    def _mark(self, confirmed: set[int]) -> None:
        if confirmed:
            OutboxEvent.objects.filter(pk__in=confirmed).update(published_at=now())

    def _after(self, error: Exception, backoff: Backoff) -> float:
        """Clean up after a failure. Returns the seconds to wait."""
        seconds = backoff.pause()
        _log.warning("relay_waits", error=str(error)[:200], seconds=round(seconds, 1))
        if not isinstance(error, NotConfirmed):
            connection.close()
        return seconds


def _outgoing(row: Sequence[Any]) -> Outgoing:
    """The payload leaves as the database keeps it: it is not parsed on the way."""
    pk, name, event_id, payload = row
    return Outgoing(
        id=pk,
        routing_key=name,
        message_id=str(uuid.UUID(str(event_id))),
        body=payload if isinstance(payload, bytes) else payload.encode(),
        exchange=settings.EVENT_EXCHANGE,
    )
