"""Change the tags of many customers, each for itself, with a result for each."""

from collections.abc import Collection, Sequence
from typing import Any

from core.errors import RuleViolation
from core.retry import atomic_retry
from corps.actors import Actor
from customers import finding, tagging


def change_tags(
    *,
    customer_ids: Sequence[int],
    add: Collection[int],
    remove: Collection[int],
    by: Actor,
    source: str,
    follower_id: int | None = None,
) -> list[dict[str, Any]]:
    """Apply ``tagging.change_tags`` to each customer in a transaction of its own: one refusal spoils no other.

    Returns:
        One ``{customerId, status, added, removed}`` each, in the order given; status is ``changed``, ``unchanged`` or
        ``failed``, the last with ``code`` and ``message``.
    """
    results = []
    # In id order, so that two of these at once wait for each other and don't deadlock.
    for customer_id in sorted(set(customer_ids)):
        try:
            results.append(_one(customer_id, add, remove, by, source, follower_id))
        except RuleViolation as refusal:
            failed = {
                "status": "failed",
                "added": [],
                "removed": [],
                "code": refusal.code,
                "message": str(refusal.message),
            }
            results.append({"customerId": customer_id} | failed)
    place = {customer_id: index for index, customer_id in enumerate(dict.fromkeys(customer_ids))}
    return sorted(results, key=lambda result: place[result["customerId"]])


@atomic_retry
def _one(
    customer_id: int, add: Collection[int], remove: Collection[int], by: Actor, source: str, follower_id: int | None
) -> dict[str, Any]:
    customer = finding.locked(customer_id, by)
    change = tagging.change_tags(
        customer=customer, add=add, remove=remove, by=by, source=source, follower_id=follower_id
    )
    status = "changed" if change.added or change.removed else "unchanged"
    return {"customerId": customer_id, "status": status, "added": change.added, "removed": change.removed}
