"""What events of customers and groups mean for what is derived from them."""

from insights import losses
from insights.churn import scoring
from insights.risks import hearing, settling
from messaging.inbox import Incoming

# What changes of a pair can move an end.
_ENDS = {"endedAt", "status", "episodes", "addTime"}


def customer_unfollowed(event: Incoming) -> None:
    """Record the end, with how things stood, put the company's tag on who deleted us, warn, and score who is left."""
    ids = [event.data["customerId"]]
    outcome = losses.settle(corp_id=event.corp_id, customer_ids=ids)
    losses.tag_deserters(corp_id=event.corp_id, losses=outcome.new)
    settling.settle_customers(corp_id=event.corp_id, customer_ids=ids)
    settling.settle_employees(corp_id=event.corp_id, employee_ids=[event.data["employeeId"]])
    scoring.score_customers(corp_id=event.corp_id, customer_ids=ids)


def relation_updated(event: Incoming) -> None:
    """An end may be known better now."""
    if _ENDS & set(event.data["changed"]):
        ids = [event.data["customerId"]]
        losses.settle(corp_id=event.corp_id, customer_ids=ids)
        settling.settle_customers(corp_id=event.corp_id, customer_ids=ids)
        settling.settle_employees(corp_id=event.corp_id, employee_ids=[event.data["employeeId"]])


def customer_settled(event: Incoming) -> None:
    """Blacklist, or deletion: the warnings are others now, and who was deleted can't leave."""
    ids = [event.data["customerId"]]
    settling.settle_customers(corp_id=event.corp_id, customer_ids=ids)
    scoring.score_customers(corp_id=event.corp_id, customer_ids=ids)


def customer_heard_of(event: Incoming) -> None:
    """Added, or talked to: that closes a warning, or is one where they are on the blacklist."""
    hearing.settle_if_concerned(corp_id=event.corp_id, customer_ids=[event.data["customerId"]])


def customer_staged(event: Incoming) -> None:
    """In another stage silence may be allowed for longer, or shorter."""
    hearing.settle_if_staged(corp_id=event.corp_id, customer_id=event.data["customerId"])


def rule_warned(event: Incoming) -> None:
    """A rule of the company's warns of somebody: its effect is on record already."""
    settling.settle_customers(corp_id=event.corp_id, customer_ids=[event.data["customerId"]])


def transfer_failed(event: Incoming) -> None:
    data = event.data
    hearing.note_transfer_failure(
        corp_id=event.corp_id,
        event_id=event.event_id,
        customer_id=data["customerId"],
        taker_id=data["takerId"],
        reason=data["reason"],
    )


def members_joined(event: Incoming) -> None:
    hearing.settle_if_concerned(corp_id=event.corp_id, customer_ids=_customers(event))


def members_left(event: Incoming) -> None:
    settling.settle_customers(corp_id=event.corp_id, customer_ids=_customers(event))


def _customers(event: Incoming) -> list[int]:
    return [member["customerId"] for member in event.data["members"] if member["customerId"]]
