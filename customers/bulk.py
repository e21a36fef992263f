"""Change the tags of many customers, each for itself, with a result for each."""

from collections.abc import Collection, Sequence
from typing import Any

from corps.actors import Actor
from customers import finding, tagging
from customers.tagging import TagChange
from tags import bulk


def change_tags(
    *,
    customer_ids: Sequence[int],
    add: Collection[int],
    remove: Collection[int],
    by: Actor,
    source: str,
    follower_id: int | None = None,
) -> list[dict[str, Any]]:
    """Apply ``tagging.change_tags`` to each customer: see ``tags.bulk.each``; the results have ``customerId``."""

    def change(customer_id: int) -> TagChange:
        customer = finding.locked(customer_id, by)
        return tagging.change_tags(
            customer=customer, add=add, remove=remove, by=by, source=source, follower_id=follower_id
        )

    return bulk.each(customer_ids, "customerId", change)
