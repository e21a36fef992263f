"""Record an event in the transaction of the change it tells of."""

import uuid
import zlib
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from django.db import connection, transaction

from core.rendering import dumps
from core.sql import marks, send
from core.time import now
from messaging import causes, envelope
from messaging.models import OutboxEvent

PARTITIONS = 16
BATCH = 500
_EVENT_ID: Any = OutboxEvent._meta.get_field("event_id")
_INSERT = (
    "INSERT INTO outbox_event (event_id, corp_id, name, aggregate_type, aggregate_id, aggregate_version, part, payload,"
    " occurred_at, attempts, last_error) VALUES "
)
_MARKS = f"({marks(11)})"


class Subject(Protocol):
    """What an event is about: a row of a corp with a version that has already been raised for this event."""

    pk: Any
    version: Any
    corp_id: Any
    _meta: ClassVar[Any]


def record(name: str, *, subject: Subject, data: dict[str, Any], source: str, actor: str = "system") -> None:
    """Insert one event; the relay publishes it once the transaction has committed.

    Args:
        name: the event's name and routing key, ``customer.tag.added``.
        subject: the changed row, its ``version`` already the new one. Each event takes a version of its own.
        data: ids, names of changed fields and the few facts readers need; never personal data.
        source: the kind of act: ``api``, ``operator``, ``sync``, ``callback``, ``rule``, ``import`` or ``system``.
        actor: ``user:7``, ``api:3`` or ``system``.

    Raises:
        TransactionManagementError: no transaction is open, so the event could outlive a change that is rolled back.
    """
    record_many([(name, subject, data)], source=source, actor=actor)


def record_many(events: Sequence[tuple[str, Subject, dict[str, Any]]], *, source: str, actor: str = "system") -> None:
    """Like ``record``, for many subjects in few statements: ``(name, subject, data)`` each."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an event is recorded within the transaction of its change")
    rows = [_row(name, subject, data, source, actor) for name, subject, data in events]
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        # Every write of the service ends here: through the ORM this statement would cost three times as much.
        send(_INSERT + ", ".join([_MARKS] * len(some)), [value for row in some for value in row])


def _row(name: str, subject: Subject, data: dict[str, Any], source: str, actor: str) -> tuple[Any, ...]:
    event_id, occurred_at, cause = uuid.uuid4(), now(), causes.current()
    kind = subject._meta.db_table
    payload = envelope.build(
        event_id=event_id,
        occurred_at=occurred_at,
        corp_id=subject.corp_id,
        aggregate_type=kind,
        aggregate_id=subject.pk,
        aggregate_version=subject.version,
        data=data,
        source=source,
        actor=actor,
        cause_id=cause.event_id,
        hops=cause.hops,
    )
    return (
        _EVENT_ID.get_db_prep_value(event_id, connection),
        subject.corp_id,
        name,
        kind,
        subject.pk,
        subject.version,
        # A subject's events share a partition, and a partition has one relay at a time: order is kept but for crashes.
        zlib.crc32(f"{kind}:{subject.pk}".encode()) % PARTITIONS,
        dumps(payload).decode(),
        connection.ops.adapt_datetimefield_value(occurred_at),
        0,
        "",
    )
