"""What was done for customers, as far as it was known at a moment."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, Max, Q

from followups.models import FollowUp

LATELY, BEFORE = dt.timedelta(days=30), dt.timedelta(days=90)


class Talk(NamedTuple):
    recent: int = 0
    earlier: int = 0
    last_at: dt.datetime | None = None


Talks = dict[tuple[int, int | None], Talk]


def talks_of(ids: Collection[int], moment: dt.datetime) -> Talks:
    """By customer and employee, None for those that name nobody. What was written down later was not known."""
    rows = FollowUp.objects.filter(customer_id__in=ids, happened_at__lte=moment, create_time__lte=moment)
    recent = Q(happened_at__gt=moment - LATELY)
    earlier = Q(happened_at__gt=moment - BEFORE, happened_at__lte=moment - LATELY)
    counted = (
        rows.order_by()
        .values_list("customer_id", "employee_id")
        .annotate(recent=Count("pk", filter=recent), earlier=Count("pk", filter=earlier), last_at=Max("happened_at"))
    )
    return {(customer, employee): Talk(*figures) for customer, employee, *figures in counted}


def of_pair(talks: Talks, customer: int, employee: int) -> Talk:
    one, other = (talks.get((customer, who), Talk()) for who in (employee, None))
    last = max((at for at in (one.last_at, other.last_at) if at), default=None)
    return Talk(one.recent + other.recent, one.earlier + other.earlier, last)
