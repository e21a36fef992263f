"""What the broker or the consumer gave up on: kept in the database, shown, and sent again by a person's decision."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, RuleViolation
from core.locks import lock
from core.time import now
from messaging import inbox, tries
from messaging.models import DeadLetter, InboxDelivery, InboxEvent
from messaging.publisher import Outgoing, Publisher

_log = structlog.get_logger("scrm.deadletters")
RESEND_MOST = 200


class Doer(Protocol):
    """Who does it, as logs name them: an actor's label."""

    @property
    def label(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Letter:
    """A message taken from a queue: where it lay, under which key it was sent, and what it is."""

    queue: str
    routing_key: str
    body: bytes
    headers: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)


def keep(letter: Letter, *, reason: str) -> None:
    """Put a letter into the table; one that is there already, and died again, is shown again."""
    ident = letter.properties.get("message_id") or letter.headers.get("id") or ""
    digest = hashlib.sha256(f"{letter.queue}|{letter.routing_key}|{ident}|".encode() + letter.body).hexdigest()
    sender = {"headers": letter.headers, "properties": letter.properties}
    DeadLetter.objects.update_or_create(
        digest=digest,
        defaults={"reason": reason[:200], "asked_at": None, "replayed_at": None},
        create_defaults={
            "digest": digest,
            "corp_id": _corp_of(letter.body),
            "queue": letter.queue[:120],
            "routing_key": letter.routing_key[:120],
            "reason": reason[:200],
            # The broker's own headers hold dates, which JSON doesn't.
            "headers": json.loads(json.dumps(sender, default=str)),
            "body": letter.body[: inbox.MOST_BYTES + 1],
        },
    )
    _log.warning("dead_letter", queue=letter.queue, routing_key=letter.routing_key, reason=reason)


@transaction.atomic
def replay(*, letter: DeadLetter, by: Doer) -> DeadLetter:
    """Send a dead letter on its way again: an event into the inbox at once, a task by the next sweep.

    Raises:
        Conflict: ``already_replayed``.
        RuleViolation: ``letter_unreadable``, an event that is still none.
    """
    row = lock(letter)
    if row.replayed_at or row.asked_at:
        raise Conflict("already_replayed", _("This message has been sent again already."))
    row.asked_at = now()
    if row.queue == settings.EVENT_QUEUE:
        _store_again(row)
        row.replayed_at = row.asked_at
    row.save(update_fields=["asked_at", "replayed_at"])
    _log.info("dead_letter_replayed", letter=row.pk, by=by.label)
    return row


@transaction.atomic
def redeliver(*, event: InboxEvent, by: Doer, handler: str | None = None) -> list[InboxDelivery]:
    """Give an event's dead deliveries their ten tries again; the next sweep runs them.

    Args:
        handler: only this one's.

    Returns: the deliveries that now wait.

    Raises:
        Conflict: ``nothing_dead``.
    """
    row = lock(event)
    dead = InboxDelivery.objects.filter(event=row, state=InboxDelivery.State.DEAD)
    found = list(dead.filter(handler=handler) if handler else dead)
    if not found:
        raise Conflict("nothing_dead", _("No delivery of this event is dead."))
    InboxDelivery.objects.filter(pk__in=[d.pk for d in found]).update(
        state=InboxDelivery.State.PENDING, attempts=0, due_at=now()
    )
    tries.settle([row.pk])
    _log.info("event_redelivered", event_id=row.event_id, by=by.label)
    return found


def resend_asked(publisher: Publisher) -> int:
    """Publish the task messages whose replay was asked for. Returns how many. Raises NotConfirmed."""
    asked = DeadLetter.objects.filter(asked_at__isnull=False, replayed_at=None).order_by("id")[:RESEND_MOST]
    messages = [_outgoing(row) for row in asked]
    if messages:
        sent = publisher.publish(messages)
        DeadLetter.objects.filter(pk__in=sent).update(replayed_at=now())
    return len(messages)


def _store_again(row: DeadLetter) -> None:
    try:
        inbox.store([inbox.parse(row.routing_key, bytes(row.body))])
    except inbox.Unreadable as error:
        message = _("This message can't be read as an event: %(code)s.") % {"code": error}
        raise RuleViolation("letter_unreadable", message) from error


def _outgoing(row: DeadLetter) -> Outgoing:
    headers = {key: value for key, value in row.headers["headers"].items() if not key.startswith("x-")}
    return Outgoing(
        id=row.pk,
        exchange="",
        routing_key=row.queue,
        message_id=row.headers["properties"].get("message_id") or f"letter-{row.pk}",
        body=bytes(row.body),
        headers=headers,
        properties={k: v for k, v in row.headers["properties"].items() if k in ("content_encoding", "correlation_id")},
    )


def _corp_of(body: bytes) -> int:
    """The corp that the message names, as far as it can be read: 0 is nobody's but the superuser's."""
    try:
        corp_id = orjson.loads(body)["corpId"]
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError):
        return 0
    return corp_id if type(corp_id) is int and 0 < corp_id < 2**63 else 0
