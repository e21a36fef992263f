"""Figures of the messages, cheap enough for a health page."""

from typing import Any

from django.db.models import Min

from core.time import now
from messaging.models import DeadLetter, InboxDelivery, InboxEvent, OutboxEvent
from messaging.outbox import PARTITIONS

# Beyond this nobody needs the exact number, and the count stays cheap.
COUNT_BOUND = 100_000


def figures() -> dict[str, Any]:
    """Counts (up to ``COUNT_BOUND``), and the age in seconds of the oldest event that is not published yet."""
    # Every partition is named, because the index begins with it.
    owed = OutboxEvent.objects.filter(part__in=range(PARTITIONS), published_at=None)
    return {
        "outbox_backlog": owed[:COUNT_BOUND].count(),
        "outbox_oldest_seconds": _age(owed),
        "inbox_pending": InboxEvent.objects.filter(state=InboxEvent.State.PENDING)[:COUNT_BOUND].count(),
        "dead_deliveries": InboxDelivery.objects.filter(state=InboxDelivery.State.DEAD)[:COUNT_BOUND].count(),
        "dead_letters": DeadLetter.objects.filter(replayed_at=None)[:COUNT_BOUND].count(),
    }


def _age(owed: Any) -> float:
    # By the smallest id, which the index holds: the smallest time would read every row.
    oldest = owed.aggregate(pk=Min("pk"))["pk"]
    moment = OutboxEvent.objects.filter(pk=oldest).values_list("occurred_at", flat=True).first() if oldest else None
    return round((now() - moment).total_seconds(), 1) if moment else 0.0
