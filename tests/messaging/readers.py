"""A table of subscriptions for tests, and its handlers: their work can be counted in the database."""

from corps.actors import SYSTEM
from customers import lifecycle
from messaging.inbox import Incoming


def welcome(event: Incoming) -> None:
    """Adds one customer, so that running twice or not at all shows."""
    _add(event, "welcome")


def stumble(event: Incoming) -> None:
    """Does its work and then fails, until the event's data says otherwise."""
    _add(event, "stumble")
    if event.data.get("fail", True):
        raise ValueError("as told")


def ignore(event: Incoming) -> None:
    """Does nothing, so that only the way to it costs."""


def _add(event: Incoming, prefix: str) -> None:
    lifecycle.create(
        corp_id=event.corp_id, external_userid=f"{prefix}-{event.event_id}", by=SYSTEM, source="rule", name="李雷"
    )


SUBSCRIPTIONS = {
    "shop.order.paid": ["tests.messaging.readers.welcome"],
    "shop.order.lost": ["tests.messaging.readers.stumble"],
    "shop.order.both": ["tests.messaging.readers.stumble", "tests.messaging.readers.welcome"],
    "shop.#": [],
}
KEPT = ["sop.#"]
