"""The embedded mode's publisher: what this service reads goes straight into its inbox, with no broker between.

An in-memory broker would forget what it holds when the process ends; the inbox is a table.
"""

from collections.abc import Sequence

from django.conf import settings

from messaging import doorbell, intake, subscriptions
from messaging.deadletters import Letter
from messaging.publisher import Outgoing


class LoopbackPublisher:
    """Takes every event; keeps those that somebody reads."""

    def publish(self, messages: Sequence[Outgoing]) -> set[int]:
        read = [m for m in messages if subscriptions.wanted(m.routing_key)]
        waiting = intake.receive([Letter(settings.EVENT_QUEUE, m.routing_key, m.body) for m in read])
        doorbell.ring(waiting)
        return {message.id for message in messages}

    def close(self) -> None:
        """Nothing is open."""
