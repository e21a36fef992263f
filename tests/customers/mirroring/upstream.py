"""What is true at WeCom, as a model: pairs with their stays, what is listed, and what is told of it."""

import dataclasses
import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from customers.choices import RelationStatus
from customers.facts import Ending, FollowFacts, PersonFacts
from tests.customers.mirroring.readings import ENDED_BY, day

ACTIVE, BY_CUSTOMER = RelationStatus.ACTIVE, RelationStatus.ENDED_BY_CUSTOMER


@dataclass
class Stay:
    """From adding to ending. A customer's own ending leaves the pair listed, until the employee ends it too."""

    began: int
    left: int | None = None
    removed: int | None = None

    @property
    def living(self) -> bool:
        return self.left is None and self.removed is None


@dataclass
class Pair:
    stays: list[Stay] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def last(self) -> Stay | None:
        return self.stays[-1] if self.stays else None

    @property
    def listed(self) -> bool:
        return self.last is not None and self.last.removed is None

    @property
    def living(self) -> bool:
        return self.last is not None and self.last.living


@dataclass(frozen=True)
class Snapshot:
    """One answer: everything that is listed at that moment, under its ticket."""

    ticket: int
    people: tuple[PersonFacts, ...]
    follows: tuple[FollowFacts, ...]
    whole: tuple[str, ...]


class Upstream:
    """The clock goes forward by a day with each act."""

    def __init__(self, customers: list[str], userids: list[str]) -> None:
        self.customers, self.userids = customers, userids
        self.pairs = {(c, u): Pair() for c in customers for u in userids}
        self.names = {c: c for c in customers}
        self.now = 0

    def add(self, key: tuple[str, str], facts: dict[str, Any]) -> None:
        pair = self.pairs[key]
        self.now += 1
        if pair.last is not None and pair.last.removed is None:
            if pair.last.living:
                return
            # The customer comes back: the one-way pair becomes a new one.
            pair.last.removed = self.now
        pair.stays.append(Stay(self.now))
        pair.facts = facts

    def leave(self, key: tuple[str, str]) -> Ending | None:
        """The customer deletes the employee."""
        return self._over(key, "customer")

    def remove(self, key: tuple[str, str], how: str) -> Ending | None:
        """The employee deletes the customer, or hands them over."""
        return self._over(key, how)

    def _over(self, key: tuple[str, str], how: str) -> Ending | None:
        pair = self.pairs[key]
        if pair.last is None or pair.last.removed is not None or (how == "customer" and not pair.last.living):
            return None
        self.now += 1
        if how == "customer":
            pair.last.left = self.now
        else:
            pair.last.removed = self.now
        return Ending(*key, ENDED_BY[how], day(self.now))

    def read(self, ticket: int, customers: list[str], *, whole: bool) -> Snapshot:
        pairs = [(key, pair) for key, pair in self.pairs.items() if key[0] in customers and pair.listed]
        follows = [FollowFacts(*key, day(pair.last.began), **pair.facts) for key, pair in pairs if pair.last]
        listed = dict.fromkeys(key[0] for key, _pair in pairs)
        people = [PersonFacts(c, self.names[c]) for c in listed]
        return Snapshot(ticket, tuple(people), tuple(follows), tuple(customers) if whole else ())


def shown_stays(snapshot: Snapshot) -> set[tuple[str, str, dt.datetime]]:
    return {(f.external_userid, f.userid, f.add_time) for f in snapshot.follows}


def without_personal_tags(snapshot: Snapshot) -> Snapshot:
    """The same as ``batch/get_by_user`` gives it."""
    follows = tuple(dataclasses.replace(f, personal_tags=None) for f in snapshot.follows)
    return dataclasses.replace(snapshot, follows=follows)
