"""Put the same values into the custom fields of many customers, each for itself, with a result for each."""

from collections.abc import Mapping, Sequence
from typing import Any

from core import bulk
from corps.actors import Actor
from customers import finding
from customers.custom.meaning import meant
from customers.custom.setting import set_values


def set_many(*, customer_ids: Sequence[int], values: Mapping[str, Any], by: Actor, source: str) -> list[dict[str, Any]]:
    """Apply ``set_values`` to each customer: see ``core.bulk.each``; the results have ``customerId``."""

    def act(customer_id: int) -> bulk.Done:
        customer = finding.locked(customer_id, by)
        sent = meant(values, customer=customer, by=by)
        return bool(set_values(customer=customer, values=sent, by=by, source=source)), {}

    return bulk.each(customer_ids, "customerId", act)
