"""What events of customers and groups mean for what is derived from them."""

from insights import losses
from messaging.inbox import Incoming

# What changes of a pair can move an end.
_ENDS = {"endedAt", "status", "episodes", "addTime"}


def customer_unfollowed(event: Incoming) -> None:
    """Record the end, with how things stood, and put the company's tag on who deleted us."""
    outcome = losses.settle(corp_id=event.corp_id, customer_ids=[event.data["customerId"]])
    losses.tag_deserters(corp_id=event.corp_id, losses=outcome.new)


def relation_updated(event: Incoming) -> None:
    """An end may be known better now."""
    if _ENDS & set(event.data["changed"]):
        losses.settle(corp_id=event.corp_id, customer_ids=[event.data["customerId"]])
