"""Put many customers into a stage, each for itself, with a result for each."""

from collections.abc import Sequence
from typing import Any

from core import bulk
from corps.actors import Actor
from customers import finding
from customers.models import Stage
from customers.stages.setting import set_stage


def set_stages(*, customer_ids: Sequence[int], stage: Stage | None, by: Actor, source: str) -> list[dict[str, Any]]:
    """Apply ``set_stage`` to each customer: see ``core.bulk.each``; the results have ``customerId``."""

    def act(customer_id: int) -> bulk.Done:
        customer = finding.locked(customer_id, by)
        return bool(set_stage(customer=customer, stage=stage, by=by, source=source)), {}

    return bulk.each(customer_ids, "customerId", act)
