"""What was said to customers and done for them, as far as it was known at a moment."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Max, Q

from followups.models import Communication, FollowUp

LATELY, BEFORE = dt.timedelta(days=30), dt.timedelta(days=90)


class Talk(NamedTuple):
    """Contacts of the last 30 days and of the 60 before, and when the last one of all was."""

    recent: int = 0
    earlier: int = 0
    last_at: dt.datetime | None = None


Talks = dict[tuple[int, int | None], Talk]


def talks_of(ids: Collection[int], moment: dt.datetime) -> Talks:
    """By customer and employee, None for those that name nobody. What was written down later was not known.

    Each follow-up is a contact, and each day with calls or messages: the hundred messages of a day are one talk.
    """
    found: Talks = defaultdict(Talk)
    for customer, employee, *figures in [*_written(ids, moment), *_heard(ids, moment)]:
        found[customer, employee] = _together(found[customer, employee], Talk(*figures))
    return found


def _written(ids: Collection[int], moment: dt.datetime) -> Iterable[Any]:
    rows = FollowUp.objects.filter(customer_id__in=ids, happened_at__lte=moment, create_time__lte=moment)
    return _counted(rows, "happened_at", moment, "pk")


def _heard(ids: Collection[int], moment: dt.datetime) -> Iterable[Any]:
    """A day through which an end of the month goes counts on both of its sides."""
    rows = Communication.objects.filter(customer_id__in=ids, at__lte=moment, create_time__lte=moment)
    return _counted(rows, "at", moment, "day")


def _counted(rows: Any, at: str, moment: dt.datetime, what: str) -> Iterable[Any]:
    recent = Q(**{f"{at}__gt": moment - LATELY})
    earlier = Q(**{f"{at}__gt": moment - BEFORE, f"{at}__lte": moment - LATELY})
    figures = {name: Count(what, filter=span, distinct=True) for name, span in (("m", recent), ("q", earlier))}
    return rows.order_by().values_list("customer_id", "employee_id").annotate(**figures, last=Max(at))


def of_pair(talks: Talks, customer: int, employee: int) -> Talk:
    return _together(*(talks.get((customer, who), Talk()) for who in (employee, None)))


def _together(one: Talk, other: Talk) -> Talk:
    last = max((at for at in (one.last_at, other.last_at) if at), default=None)
    return Talk(one.recent + other.recent, one.earlier + other.earlier, last)
