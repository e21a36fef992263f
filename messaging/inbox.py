"""What comes in: read it strictly, store it once, with a delivery for each handler that wants it."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.apps import apps

from core.time import now
from messaging import subscriptions
from messaging.models import InboxDelivery, InboxEvent, OutboxEvent

MOST_BYTES = 128 * 1024
# MariaDB's JSON check refuses what is nested deeper than 32, and INSERT IGNORE would drop such a row without a word.
MOST_DEPTH = 24
# Longer chains of events that cause events are loops.
MOST_HOPS = 16
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,80}")
_MOST_INT = 2**63 - 1


class Unreadable(Exception):
    """This message can't be an event for us, now or ever. ``str(error)`` is a stable code."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """An event as a handler gets it. ``data`` is the sender's; a foreign one's may hold anything."""

    event_id: str
    name: str
    corp_id: int
    data: dict[str, Any]
    hops: int
    aggregate_type: str = ""
    aggregate_id: str = ""
    aggregate_version: int | None = None
    source: str = ""
    actor: str = ""
    # When it happened, as the sender wrote it.
    timestamp: str = ""


def incoming(event: InboxEvent) -> Incoming:
    return Incoming(
        event_id=event.event_id,
        name=event.name,
        corp_id=event.corp_id,
        data=event.payload["data"],
        hops=event.payload.get("hops") or 0,
        aggregate_type=event.aggregate_type,
        aggregate_id=event.aggregate_id,
        aggregate_version=event.aggregate_version,
        source=str(event.payload.get("source") or ""),
        actor=str(event.payload.get("actor") or ""),
        timestamp=str(event.payload.get("timestamp") or ""),
    )


def parse(name: str, body: bytes) -> InboxEvent:
    """Read one message into a row that is not saved yet. What each field must be is in docs/events.md.

    Args:
        name: the routing key under which it came.

    Raises:
        Unreadable: ``too_large``, ``not_json``, ``too_deep``, ``name_invalid``, ``eventId_invalid``, …
    """
    if len(body) > MOST_BYTES:
        raise Unreadable("too_large")
    try:
        envelope = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable("not_json") from error
    _demand(isinstance(envelope, dict), "not_an_object")
    _demand(not _deeper_than(envelope, MOST_DEPTH), "too_deep")
    return _row(name, envelope)


def store(events: Sequence[InboxEvent]) -> list[int]:
    """Insert the events that are new, and their deliveries; call it in a transaction.

    What came from this service's own outbox and nobody here reads isn't kept a second time.

    Returns: the pks of events that now wait for a handler, new or seen before.

    Raises:
        Unreadable: ``corp_unknown``, ``not_storable``. Nothing of this call may be committed then.
    """
    _check_corps({event.corp_id for event in events})
    wanted = {event.event_id: event for event in events}
    for event in wanted.values():
        # Whether anybody reads it is known now; an event of no reader is settled on arrival.
        reads = subscriptions.handlers_of(event.name)
        event.state = InboxEvent.State.PENDING if reads else InboxEvent.State.IGNORED
    for event_id in _ours([event for event in wanted.values() if event.state == InboxEvent.State.IGNORED]):
        del wanted[event_id]
    InboxEvent.objects.bulk_create(wanted.values(), ignore_conflicts=True)
    stored = InboxEvent.objects.filter(event_id__in=wanted).values_list("pk", "event_id", "state")
    _demand(len(stored) == len(wanted), "not_storable")
    waiting = {pk: wanted[event_id] for pk, event_id, state in stored if state == InboxEvent.State.PENDING}
    _add_deliveries(waiting)
    return list(waiting)


def _ours(unread: Sequence[InboxEvent]) -> list[str]:
    """Which of these events this service itself has published. A foreign id need not be a UUID."""
    ids = [uuid.UUID(event.event_id) for event in unread if _UUID.fullmatch(event.event_id)]
    if not ids:
        return []
    return [str(found) for found in OutboxEvent.objects.filter(event_id__in=ids).values_list("event_id", flat=True)]


def _add_deliveries(waiting: dict[int, InboxEvent]) -> None:
    moment = now()
    InboxDelivery.objects.bulk_create(
        [
            InboxDelivery(corp_id=event.corp_id, event_id=pk, handler=path, due_at=moment)
            for pk, event in waiting.items()
            for path in subscriptions.handlers_of(event.name)
        ],
        ignore_conflicts=True,
    )


def _row(name: str, envelope: dict[str, Any]) -> InboxEvent:
    data = envelope.get("data")
    _demand(_NAME.fullmatch(name), "name_invalid")
    event_id: Any = envelope.get("eventId")
    _demand(isinstance(event_id, str) and _ID.fullmatch(event_id), "eventId_invalid")
    _demand(isinstance(data, dict), "data_invalid")
    # The original service has no corpId in its envelope, but the whole customer as data.
    corp_id: Any = envelope.get("corpId", data.get("corpId"))  # type: ignore[union-attr]
    _demand(_is_int(corp_id, least=1), "corpId_invalid")
    hops = envelope.get("hops")
    _demand(hops is None or _is_int(hops), "hops_invalid")
    _demand((hops or 0) <= MOST_HOPS, "too_many_hops")
    version = envelope.get("aggregateVersion")
    _demand(version is None or _is_int(version), "aggregateVersion_invalid")
    return InboxEvent(
        event_id=event_id,
        corp_id=corp_id,
        name=name,
        aggregate_type=_word(envelope, "aggregateType", 40),
        aggregate_id=_word(envelope, "aggregateId", 64),
        aggregate_version=version,
        payload=envelope,
    )


def _check_corps(wanted: set[int]) -> None:
    # By name: the corps app lies above this one.
    known = apps.get_model("corps", "Corp").objects.filter(pk__in=wanted).values_list("pk", flat=True)
    _demand(wanted <= set(known), "corp_unknown")


def _word(envelope: dict[str, Any], key: str, most: int) -> str:
    """A short text that may be missing, or a whole number as text."""
    value = envelope.get(key)
    if value is None:
        return ""
    _demand(isinstance(value, str) or _is_int(value), f"{key}_invalid")
    _demand(len(str(value)) <= most, f"{key}_invalid")
    return str(value)


def _is_int(value: Any, *, least: int = 0) -> bool:
    return type(value) is int and least <= value <= _MOST_INT


def _deeper_than(value: Any, depth: int) -> bool:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth == 0 or any(_deeper_than(child, depth - 1) for child in children if isinstance(child, (dict, list)))


def _demand(condition: Any, code: str) -> None:
    if not condition:
        raise Unreadable(code)
