"""Record an event in the transaction of the change it tells of."""

import uuid
import zlib
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from django.db import transaction

from core.time import now
from messaging import causes, envelope
from messaging.models import OutboxEvent

PARTITIONS = 16


class Subject(Protocol):
    """What an event is about: a row of a corp with a version that has already been raised for this event."""

    pk: Any
    version: Any
    corp_id: Any
    _meta: ClassVar[Any]


def record(name: str, *, subject: Subject, data: dict[str, Any], source: str, actor: str = "system") -> OutboxEvent:
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
    return record_many([(name, subject, data)], source=source, actor=actor)[0]


def record_many(
    events: Sequence[tuple[str, Subject, dict[str, Any]]], *, source: str, actor: str = "system"
) -> list[OutboxEvent]:
    """Like ``record``, for many subjects in one statement: ``(name, subject, data)`` each."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an event is recorded within the transaction of its change")
    rows = [_row(name, subject, data, source, actor) for name, subject, data in events]
    return OutboxEvent.objects.bulk_create(rows, batch_size=500)


def _row(name: str, subject: Subject, data: dict[str, Any], source: str, actor: str) -> OutboxEvent:
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
    return OutboxEvent(
        event_id=event_id,
        corp_id=subject.corp_id,
        name=name,
        aggregate_type=kind,
        aggregate_id=subject.pk,
        aggregate_version=subject.version,
        # A subject's events share a partition, and a partition has one relay at a time: order is kept but for crashes.
        part=zlib.crc32(f"{kind}:{subject.pk}".encode()) % PARTITIONS,
        payload=payload,
        occurred_at=occurred_at,
    )
