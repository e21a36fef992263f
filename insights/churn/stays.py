"""The stays of customers with employees, as far as they were known at a moment."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Q

from customers.models import RelationEpisode


class Stay(NamedTuple):
    customer: int
    employee: int
    began_at: dt.datetime
    ended_at: dt.datetime | None
    ended_by: int | None

    def lives(self, moment: dt.datetime) -> bool:
        return self.ended_at is None or self.ended_at > moment


def stays_of(corp_id: int, ids: Collection[int], moment: dt.datetime) -> dict[int, list[Stay]]:
    found: dict[int, list[Stay]] = defaultdict(list)
    there = Q(customer__deleted_at=None) | Q(customer__deleted_at__gt=moment)
    rows = RelationEpisode.objects.of_corp(corp_id).filter(there, customer_id__in=ids, began_at__lte=moment)
    for row in rows.values_list("customer_id", "employee_id", "began_at", "ended_at", "ended_by"):
        found[row[0]].append(Stay(*row))
    return found
