"""Forget what is old, a little at a time."""

import datetime as dt

from django.db.models import QuerySet

from core.time import now
from messaging.models import Command, DeadLetter, InboxEvent, OutboxEvent
from messaging.outbox import PARTITIONS

KEEP_PUBLISHED = dt.timedelta(days=7)
# Longer than any queue or sender holds an event back: what comes again after this would be handled again.
KEEP_SETTLED = dt.timedelta(days=14)
KEEP_DEAD = dt.timedelta(days=90)
BATCH = 1_000
MOST_BATCHES = 50


def prune() -> int:
    """Delete what has served its time. Returns how many rows; more may be left for the next run."""
    moment = now()
    old: list[QuerySet] = [
        OutboxEvent.objects.filter(part=part, published_at__lt=moment - KEEP_PUBLISHED) for part in range(PARTITIONS)
    ]
    for state in (InboxEvent.State.DONE, InboxEvent.State.IGNORED):
        old.append(InboxEvent.objects.filter(state=state, received_at__lt=moment - KEEP_SETTLED))
    old.append(InboxEvent.objects.filter(state=InboxEvent.State.DEAD, received_at__lt=moment - KEEP_DEAD))
    # Given-up ones stay as long: what they were about is WeCom's again by then.
    for settled in (Command.State.DONE, Command.State.DEAD):
        old.append(Command.objects.filter(state=settled, settled_at__lt=moment - KEEP_SETTLED))
    old.append(DeadLetter.objects.filter(received_at__lt=moment - KEEP_DEAD))
    return sum(_delete(rows) for rows in old)


def _delete(rows: QuerySet) -> int:
    """Delete by primary key in small transactions, so that no writer waits long."""
    deleted = 0
    for _ in range(MOST_BATCHES):
        pks = list(rows.values_list("pk", flat=True)[:BATCH])
        if not pks:
            break
        rows.model._default_manager.filter(pk__in=pks).delete()
        deleted += len(pks)
    return deleted
