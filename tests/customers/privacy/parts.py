"""A customer of whom everything that can be written down is written down."""

from dataclasses import dataclass
from typing import Any

from corps.actors import SYSTEM
from customers.models import CustomChange, CustomChosen, Customer, CustomerKey, CustomOption, CustomValue
from followups import revising
from followups.models import Communication, FollowUp, FollowUpAttachment, FollowUpComment, FollowUpVersion
from tests import make
from tests.conftest import Cast

SECRET = "她说下月搬家"
BY: Any = {"by": SYSTEM, "source": "api"}
# Model → its columns in which something of a person stands.
WRITTEN: dict[Any, tuple[str, ...]] = {
    FollowUp: ("content",),
    FollowUpVersion: ("content",),
    FollowUpComment: ("content",),
    FollowUpAttachment: ("name",),
    Communication: ("content",),
}
DROPPED: tuple[Any, ...] = (CustomValue, CustomChosen, CustomChange, CustomerKey)


@dataclass
class Known:
    customer: Customer
    follow_up: FollowUp
    attachment: FollowUpAttachment


def know(cast: Cast, customer: Customer) -> Known:
    """Write down of a customer whatever can be written."""
    row = make.follow_up(customer, cast.owner, content=SECRET, mention_ids=[cast.colleague.pk])
    row = revising.edit(follow_up=row, content=f"{SECRET}。", **BY)
    make.comment(row, cast.colleague, content=SECRET)
    attachment = make.attachment(row, name=f"{SECRET}.txt", content=SECRET.encode())
    # Of this one only how it read is left.
    gone = make.follow_up(customer, cast.owner, content=SECRET)
    revising.delete(follow_up=gone, **BY)
    make.communication(customer, cast.owner, content=SECRET)
    option = CustomOption.objects.get(label="常客").pk
    make.filled(make.filled(customer, hobby="钓鱼", rank=option), hobby=SECRET)
    make.filled(customer, cast.owner, habit=SECRET)
    return Known(Customer.objects.get(pk=customer.pk), FollowUp.objects.get(pk=row.pk), attachment)


def fields(cast: Cast) -> None:
    """The own fields that ``know`` fills in."""
    make.custom_field(cast.corp, "hobby")
    make.custom_field(cast.corp, "rank", "常客")
    make.custom_field(cast.corp, "habit", subject="relation")
