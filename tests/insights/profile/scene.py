"""A customer of whom there is something to tell in every part of a profile."""

import datetime as dt
from typing import Any

from core.time import now
from customers.models import Customer, CustomerTag, RelationEpisode
from followups.models import FollowUp
from insights.profile import answer
from tests import make
from tests.conftest import Cast


def ago(days: float) -> dt.datetime:
    return now() - dt.timedelta(days=days)


def told(customer: Customer, actor: Any) -> dict[str, Any]:
    """The profile as this actor gets it."""
    return answer.of(customer.pk, actor)


def episode(customer: Customer, employee: Any, began: float, ended: float | None = None, how: int | None = 3) -> None:
    """A stay as it stands in the table."""
    end = {} if ended is None else {"ended_at": ago(ended), "ended_by": how}
    whose = {"corp_id": customer.corp_id, "customer": customer, "employee": employee}
    RelationEpisode.objects.create(**whose, began_at=ago(began), **end)


def follow_up(customer: Customer, *days: float, employee: Any = None) -> None:
    """Follow-ups so many days ago, as they stand in the table."""
    whose = {"corp_id": customer.corp_id, "customer": customer, "employee": employee, "actor": "system"}
    FollowUp.objects.bulk_create(FollowUp(**whose, content="电话", happened_at=ago(one)) for one in days)


def full(cast: Cast, size: int = 1) -> Customer:
    """Of each part ``size`` rows."""
    row = make.customer(cast.corp, cast.owner, name="甲", city="北京", mobile="13800000000", add_time=ago(40))
    tags, segment = make.group(cast.corp), make.segment(cast.corp)
    make.segment_stay(segment, row)
    make.staged(row, make.stage(cast.corp))
    for n in range(size):
        other = make.employee(cast.corp, cast.department)
        make.relation(row, other, remark=f"备注{n}", state=f"expo{n}", add_time=ago(30))
        episode(row, other, 30)
        CustomerTag.objects.create(corp_id=row.corp_id, customer=row, tag=make.tag(tags), source="api", actor="api:1")
        make.chat(cast.corp, cast.owner, cast.owner, row)
        make.alert(row, cast.owner, subject=f"c{row.pk}:{n}")
        make.churn(row, other)
        make.entry(row, other)
        if n:
            make.segment_stay(make.segment(cast.corp), row)
    follow_up(row, *range(1, size + 1), employee=cast.owner)
    return row
