"""What is on record of some customers: everything that their warnings follow from, a statement for each table."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from customers.choices import CustomerStatus
from customers.models import BlacklistEntry, Customer, RelationEpisode, StageChange
from followups.models import FollowUp
from groups.models import GroupMember
from insights import talks
from insights.models import TransferFailure
from insights.risks.spans import Span
from segments.models import RuleEffect


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
    # When a rule of the company's (segments) warned of them: its id and name, and how serious it is.
    ruled: list[tuple[dt.datetime, int, str, int]] = field(default_factory=list)
    # Each stage with since when; the first is that of the beginning.
    stages: list[tuple[dt.datetime | None, int | None]] = field(default_factory=lambda: [(None, None)])


def of_customers(customers: Iterable[Customer], *, contacts: bool, stages: bool = False) -> list[Person]:
    """The record of these customers; of the deleted nothing, as nobody looks after them.

    Args:
        contacts: whether follow-ups, calls and messages are wanted too: where silence is no matter, they are not read.
        stages: the same of the stages they went through.
    """
    living = [c for c in customers if c.status != CustomerStatus.DELETED]
    people = {c.pk: Person(c.pk, c.follow_user_id) for c in living}
    ids = list(people)
    for customer, *stay in _rows(RelationEpisode, ids, "employee_id", "began_at", "ended_at", "ended_by"):
        people[customer].stays.append(Stay(*stay))
    for customer, *stay in _rows(GroupMember, ids, "chat_id", "join_time", "left_at", "quit_scene"):
        people[customer].chats.append(Stay(*stay))
    for customer, since, ended in _rows(BlacklistEntry, ids, "since", "ended_at"):
        people[customer].listed.append((since, ended))
    for customer, at, reason in _rows(TransferFailure, ids, "happened_at", "reason"):
        people[customer].failures.append((at, reason))
    for customer, changes, *told in _rows(RuleEffect, ids, "changes", "at", "rule_id", "rule__name"):
        people[customer].ruled += [(*told, level) for level in changes.get("warned", ())]
    if contacts:
        for customer, at in [*_rows(FollowUp, ids, "happened_at"), *talks.moments(ids)]:
            people[customer].contacts.append(at)
    if stages:
        _walk(living, people)
    return list(people.values())


def _walk(customers: Iterable[Customer], people: dict[int, Person]) -> None:
    """The way of each through the stages, as its steps tell it; who took none was always where they are."""
    steps = defaultdict(list)
    for customer, *step in _rows(StageChange, list(people), "at", "from_stage_id", "to_stage_id"):
        steps[customer].append(step)
    for customer in customers:
        taken = steps[customer.pk]
        first = taken[0][1] if taken else customer.stage_id
        people[customer.pk].stages = [(None, first), *((at, to) for at, _from, to in taken)]


def _rows(model: Any, ids: Collection[int], *columns: str) -> Iterable[Any]:
    return model.objects.filter(customer_id__in=ids).order_by("pk").values_list("customer_id", *columns)
