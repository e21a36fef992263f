"""When customers were talked to by call or message, as far as warnings and records ask: a few moments of each day."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Max, Min

from followups.models import Communication


def moments(customer_ids: Collection[int]) -> Iterator[tuple[int, Any]]:
    """The first and the last of each customer's days: thousands of messages say no more about silence than these."""
    days = Communication.objects.filter(customer_id__in=customer_ids).order_by("customer_id", "day")
    for customer, _day, first, last in days.values_list("customer_id", "day").annotate(Min("at"), Max("at")):
        yield customer, first
        if last != first:
            yield customer, last
