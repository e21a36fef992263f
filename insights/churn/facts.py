"""The facts of relations as of a moment: four statements for a page of customers, and nothing that came later.

The same for now and for any past day; what the record no longer tells of the past is left unknown.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, Max, Q

from customers.choices import RelationStatus
from customers.models import Customer, CustomerTag, RelationEpisode
from followups.models import FollowUp
from groups.choices import QuitScene
from groups.models import GroupMember
from insights.churn.model import Facts

LATELY, BEFORE = dt.timedelta(days=30), dt.timedelta(days=90)
Pair = tuple[int, int]


class Stay(NamedTuple):
    customer: int
    employee: int
    began_at: dt.datetime
    ended_at: dt.datetime | None
    ended_by: int | None

    def lives(self, moment: dt.datetime) -> bool:
        return self.ended_at is None or self.ended_at > moment


class Crowd(NamedTuple):
    """A customer's group chats: in how many, left how many lately, when they joined the last."""

    present: int = 0
    left: int = 0
    joined_at: dt.datetime | None = None


class Talk(NamedTuple):
    recent: int = 0
    earlier: int = 0
    last_at: dt.datetime | None = None


def page(corp_id: int, *, after: int, size: int) -> list[int]:
    """The ids of the company's next customers behind this one."""
    rows = Customer.objects.of_corp(corp_id).filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:size])


def of_customers(corp_id: int, ids: Collection[int], moment: dt.datetime, *, tags: bool) -> dict[Pair, Facts]:
    """The facts of every relation of these customers that lived at the moment; the deleted have none.

    Args:
        tags: whether to count them. They are known as they stand now only: when one came off is not on record.
    """
    stays = _stays(corp_id, ids, moment)
    talks, crowds = _talks(ids, moment), _crowds(ids, moment)
    held = _tags(ids) if tags else None
    found = {}
    for mine in stays.values():
        for stay in mine:
            if stay.lives(moment):
                pair = stay.customer, stay.employee
                known = (_talk(talks, *pair), crowds.get(stay.customer, Crowd()), _held(held, *pair))
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


def _stays(corp_id: int, ids: Collection[int], moment: dt.datetime) -> dict[int, list[Stay]]:
    found: dict[int, list[Stay]] = defaultdict(list)
    there = Q(customer__deleted_at=None) | Q(customer__deleted_at__gt=moment)
    rows = RelationEpisode.objects.of_corp(corp_id).filter(there, customer_id__in=ids, began_at__lte=moment)
    for row in rows.values_list("customer_id", "employee_id", "began_at", "ended_at", "ended_by"):
        found[row[0]].append(Stay(*row))
    return found


def _talks(ids: Collection[int], moment: dt.datetime) -> dict[tuple[int, int | None], Talk]:
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


def _talk(talks: dict[tuple[int, int | None], Talk], customer: int, employee: int) -> Talk:
    one, other = (talks.get((customer, who), Talk()) for who in (employee, None))
    last = max((at for at in (one.last_at, other.last_at) if at), default=None)
    return Talk(one.recent + other.recent, one.earlier + other.earlier, last)


def _crowds(ids: Collection[int], moment: dt.datetime) -> dict[int, Crowd]:
    rows = GroupMember.objects.filter(customer_id__in=ids, join_time__lte=moment)
    present = Q(left_at=None) | Q(left_at__gt=moment)
    left = Q(left_at__gt=moment - BEFORE, left_at__lte=moment, quit_scene=QuitScene.LEFT)
    counted = (
        rows.order_by()
        .values_list("customer_id")
        .annotate(present=Count("pk", filter=present), left=Count("pk", filter=left), joined_at=Max("join_time"))
    )
    return {customer: Crowd(*figures) for customer, *figures in counted}


def _tags(ids: Collection[int]) -> Counter[tuple[int, int | None]]:
    rows = CustomerTag.objects.filter(customer_id__in=ids, tag__deleted_at=None)
    counted = rows.order_by().values_list("customer_id", "follower_id").annotate(count=Count("pk"))
    return Counter({(customer, follower): count for customer, follower, count in counted})


def _held(tags: Counter[tuple[int, int | None]] | None, customer: int, employee: int) -> int | None:
    return None if tags is None else tags[customer, employee] + tags[customer, None]
