"""What is on record of some customers: everything that their warnings follow from, a statement for each table."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from customers.choices import CustomerStatus
from customers.models import BlacklistEntry, Customer, RelationEpisode
from followups.models import FollowUp
from groups.models import GroupMember
from insights.models import TransferFailure
from insights.risks.spans import Span


@dataclass(frozen=True, slots=True)
class Stay:
    """A relation's episode, or a stay in a group: ``whom`` is the employee or the chat, ``how`` how it ended."""

    whom: int
    began_at: dt.datetime
    ended_at: dt.datetime | None
    how: int | None

    @property
    def span(self) -> Span:
        return self.began_at, self.ended_at


@dataclass(slots=True)
class Person:
    """One customer. ``owner`` is the main follower; ``listed`` the times on the blacklist."""

    id: int
    owner: int | None
    stays: list[Stay] = field(default_factory=list)
    chats: list[Stay] = field(default_factory=list)
    listed: list[Span] = field(default_factory=list)
    contacts: list[dt.datetime] = field(default_factory=list)
    failures: list[tuple[dt.datetime, str]] = field(default_factory=list)


def of_customers(customers: Iterable[Customer], *, contacts: bool) -> list[Person]:
    """The record of these customers; of the deleted nothing, as nobody looks after them.

    Args:
        contacts: whether follow-ups are wanted too: where silence is no matter, they are not read.
    """
    people = {c.pk: Person(c.pk, c.follow_user_id) for c in customers if c.status != CustomerStatus.DELETED}
    ids = list(people)
    for customer, *stay in _rows(RelationEpisode, ids, "employee_id", "began_at", "ended_at", "ended_by"):
        people[customer].stays.append(Stay(*stay))
    for customer, *stay in _rows(GroupMember, ids, "chat_id", "join_time", "left_at", "quit_scene"):
        people[customer].chats.append(Stay(*stay))
    for customer, since, ended in _rows(BlacklistEntry, ids, "since", "ended_at"):
        people[customer].listed.append((since, ended))
    for customer, at, reason in _rows(TransferFailure, ids, "happened_at", "reason"):
        people[customer].failures.append((at, reason))
    if contacts:
        for customer, at in _rows(FollowUp, ids, "happened_at"):
            people[customer].contacts.append(at)
    return list(people.values())


def _rows(model: Any, ids: Collection[int], *columns: str) -> Iterable[Any]:
    return model.objects.filter(customer_id__in=ids).order_by("pk").values_list("customer_id", *columns)
