"""The records merged into a customer, as the wire carries customers."""

from collections.abc import Sequence
from typing import Any

import orjson

from core.rendering import dumps
from corps.actors import Actor
from customers import reading
from customers.custom import showing
from customers.models import Customer
from customers.privacy import masking


def in_detail(customer_ids: Sequence[int], actor: Actor) -> list[dict[str, Any]]:
    """These records as the detail shows each to the actor, who may see the person; by four statements however many."""
    rows = Customer.objects.filter(pk__in=customer_ids).order_by("pk").values_list(*reading.COLUMNS)
    found = reading.complete(reading.named(list(rows)))
    showing.include(found, actor=actor)
    told: list[dict[str, Any]] = orjson.loads(dumps(masking.page(found, actor)))
    return told
