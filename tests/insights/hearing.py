"""Events as the inbox would bring them to this package's handlers."""

import random
from typing import Any

from django.utils.module_loading import import_string

from messaging import subscriptions
from messaging.inbox import Incoming
from messaging.models import OutboxEvent


class Ears:
    """Hears what was recorded since the last time, in order or in any other."""

    def __init__(self) -> None:
        self.upto = 0

    def listen(self, dice: random.Random | None = None, *, twice: bool = False) -> list[str]:
        """Run the handlers of what is new. Returns the names heard.

        Args:
            dice: shuffles the events.
            twice: each event comes a second time.
        """
        events = list(OutboxEvent.objects.filter(pk__gt=self.upto).order_by("pk"))
        self.upto = max([self.upto, *(event.pk for event in events)])
        heard = [event for event in events if handlers(event.name)] * (2 if twice else 1)
        if dice:
            dice.shuffle(heard)
        for event in heard:
            for path in handlers(event.name):
                import_string(path)(incoming(event))
        return [event.name for event in heard]


def handlers(name: str) -> list[str]:
    return [path for path in subscriptions.handlers_of(name) if path.startswith("insights.")]


def incoming(event: OutboxEvent, **data: Any) -> Incoming:
    return Incoming(
        event_id=str(event.event_id),
        name=event.name,
        corp_id=event.corp_id,
        data=event.payload["data"] | data,
        hops=0,
    )
