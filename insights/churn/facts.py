"""The facts of relations as of a moment: five statements for a page of customers, and nothing that came later.

The same for now and for any past day; what the record no longer tells of the past is left unknown.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection

from django.db.models import Count

from customers.choices import RelationStatus
from customers.models import Customer, CustomerTag
from insights.churn.crowds import Crowd, crowds_of
from insights.churn.known import Facts
from insights.churn.stays import Stay, stays_of
from insights.churn.talks import Talk, of_pair, talks_of

Pair = tuple[int, int]


def page(corp_id: int, *, after: int, size: int) -> list[int]:
    """The ids of the company's next customers behind this one."""
    rows = Customer.objects.of_corp(corp_id).filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:size])


def of_customers(corp_id: int, ids: Collection[int], moment: dt.datetime, *, tags: bool) -> dict[Pair, Facts]:
    """The facts of every relation of these customers that lived at the moment; the deleted have none.

    Args:
        tags: whether to count them. They are known as they stand now only: when one came off is not on record.
    """
    stays = stays_of(corp_id, ids, moment)
    talks, crowds = talks_of(ids, moment), crowds_of(ids, moment)
    held = _tags(ids) if tags else None
    found = {}
    for mine in stays.values():
        for stay in mine:
            if stay.lives(moment):
                pair = stay.customer, stay.employee
                known = (of_pair(talks, *pair), crowds.get(stay.customer, Crowd()), _held(held, *pair))
                found[pair] = _facts(stay, mine, *known, moment)
    return found


def _facts(stay: Stay, stays: list[Stay], talk: Talk, crowd: Crowd, tags: int | None, moment: dt.datetime) -> Facts:
    heard = max(at for at in (stay.began_at, talk.last_at, crowd.joined_at) if at)
    left = [s for s in stays if not s.lives(moment) and s.ended_by == RelationStatus.ENDED_BY_CUSTOMER]
    others = {s.employee for s in stays if s.lives(moment)} - {stay.employee}
    return Facts(
        kept=(moment - stay.began_at).days,
        silent=(moment - heard).days,
        recent=talk.recent,
        earlier=talk.earlier,
        groups=crowd.present,
        groups_left=crowd.left,
        left_before=len(left),
        colleagues=len(others),
        tags=tags,
    )


def _tags(ids: Collection[int]) -> Counter[tuple[int, int | None]]:
    rows = CustomerTag.objects.filter(customer_id__in=ids, tag__deleted_at=None)
    counted = rows.order_by().values_list("customer_id", "follower_id").annotate(count=Count("pk"))
    return Counter({(customer, follower): count for customer, follower, count in counted})


def _held(tags: Counter[tuple[int, int | None]] | None, customer: int, employee: int) -> int | None:
    return None if tags is None else tags[customer, employee] + tags[customer, None]
