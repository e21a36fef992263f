"""The group chats of customers, as far as they were known at a moment."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, Max, Q

from groups.choices import QuitScene
from groups.models import GroupMember

BEFORE = dt.timedelta(days=90)


class Crowd(NamedTuple):
    """A customer's group chats: in how many, left how many lately, when they joined the last."""

    present: int = 0
    left: int = 0
    joined_at: dt.datetime | None = None


def crowds_of(ids: Collection[int], moment: dt.datetime) -> dict[int, Crowd]:
    rows = GroupMember.objects.filter(customer_id__in=ids, join_time__lte=moment)
    present = Q(left_at=None) | Q(left_at__gt=moment)
    left = Q(left_at__gt=moment - BEFORE, left_at__lte=moment, quit_scene=QuitScene.LEFT)
    counted = (
        rows.order_by()
        .values_list("customer_id")
        .annotate(present=Count("pk", filter=present), left=Count("pk", filter=left), joined_at=Max("join_time"))
    )
    return {customer: Crowd(*figures) for customer, *figures in counted}
