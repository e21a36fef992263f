"""The rules of the sheet by themselves: what is objected to first, and that dealing out is fair whatever is dealt."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.time import now
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers.choices import CustomerStatus, RelationStatus, TransferKind
from customers.transfers import judging, reasons
from customers.transfers.facts import MOST_TIMES, Facts
from customers.transfers.judging import Room

GIVER = 100
NORMAL = (CustomerStatus.NORMAL, False)


def facts(kind: str = TransferKind.ON_JOB, *, left_days: int | None = None, **known: Any) -> Facts:
    """Customer 1 as one who can go, but for what is said otherwise."""
    left_at = now() - dt.timedelta(days=left_days) if left_days is not None else None
    given = {"people": {1: NORMAL}, "follows": {(1, GIVER): int(RelationStatus.ACTIVE)}}
    return Facts(Employee(pk=GIVER, left_at=left_at), kind, **given | known)


def room(pk: int, *, left: int = 99, why: str = "") -> Room:
    return Room(Employee(pk=pk), why, left)


def test_nothing_speaks_against_a_plain_customer() -> None:
    assert judging.objection(1, facts()) == ""
    assert judging.objection(1, facts(TransferKind.LEAVER, left_days=364)) == ""


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"people": {}}, reasons.CUSTOMER_DELETED),
        ({"people": {1: (CustomerStatus.DELETED, False)}}, reasons.CUSTOMER_DELETED),
        ({"people": {1: (CustomerStatus.NORMAL, True)}}, reasons.BLACKLISTED),
        ({"refused": {1}}, reasons.REFUSED_BEFORE),
        ({"follows": {}}, reasons.NOT_FOLLOWED),
        ({"follows": {(1, GIVER): int(RelationStatus.ENDED_BY_EMPLOYEE)}}, reasons.NOT_FOLLOWED),
        ({"follows": {(1, GIVER): int(RelationStatus.ENDED_BY_TRANSFER)}}, reasons.NOT_FOLLOWED),
        ({"follows": {(1, GIVER): int(RelationStatus.ENDED_BY_CUSTOMER)}}, reasons.CUSTOMER_LEFT),
        ({"open": {1}}, reasons.TRANSFERRING),
        ({"times": Counter({1: MOST_TIMES})}, reasons.TOO_OFTEN),
    ],
)
def test_each_objection_has_its_reason(known: dict[str, Any], reason: str) -> None:
    assert judging.objection(1, facts(**known)) == reason
    assert reason in reasons.WORDS


def test_what_will_never_pass_is_told_before_what_may() -> None:
    everything = {"people": {1: (CustomerStatus.NORMAL, True)}, "open": {1}, "times": Counter({1: 5}), "follows": {}}
    assert judging.objection(1, facts(**everything)) == reasons.BLACKLISTED
    assert judging.objection(1, facts(**everything | {"people": {1: NORMAL}})) == reasons.NOT_FOLLOWED


@pytest.mark.parametrize(("days", "reason"), [(364, ""), (366, reasons.LEFT_LONG_AGO)])
def test_a_leaver_has_a_year(days: int, reason: str) -> None:
    assert judging.objection(1, facts(TransferKind.LEAVER, left_days=days)) == reason
    # Of one who has come back the old leaving doesn't count.
    assert judging.objection(1, facts(TransferKind.ON_JOB, left_days=days)) == ""


@pytest.mark.parametrize(
    ("status", "can_follow", "reason"),
    [
        (EmployeeStatus.ACTIVE, True, ""),
        (EmployeeStatus.ACTIVE, False, reasons.TAKER_NOT_ALLOWED),
        (EmployeeStatus.DISABLED, True, reasons.TAKER_DISABLED),
        (EmployeeStatus.INACTIVE, True, reasons.TAKER_DISABLED),
        (EmployeeStatus.LEFT, True, reasons.TAKER_LEFT),
        (EmployeeStatus.LEFT, False, reasons.TAKER_LEFT),
    ],
)
def test_who_may_take_over(status: int, can_follow: bool, reason: str) -> None:
    assert judging.against_taker(Employee(status=status, can_follow=can_follow)) == reason


class TestDealing:
    def test_it_goes_to_whoever_was_given_the_fewest(self) -> None:
        rooms = [room(1), room(2), room(3)]
        rooms[0].given, rooms[1].given, rooms[2].given = 2, 1, 2
        assert judging.deal(1, rooms, facts()) == (rooms[1], "")
        assert [r.given for r in rooms] == [2, 2, 2]
        assert rooms[1].left == 98

    def test_of_equals_to_the_first(self) -> None:
        rooms = [room(1), room(2)]
        assert judging.deal(1, rooms, facts()) == (rooms[0], "")

    def test_not_to_a_friend_nor_to_one_without_room_or_right(self) -> None:
        known = facts(follows={(1, 1): int(RelationStatus.ACTIVE)}, logged_out={4})
        rooms = [room(1), room(2, left=0), room(3, why=reasons.TAKER_LEFT), room(4), room(5)]
        assert judging.deal(1, rooms, known)[0] is rooms[4]

    @pytest.mark.parametrize(
        ("rooms", "reason"),
        [
            ([room(1)], reasons.ALREADY_FRIEND),
            ([room(1), room(2, left=0)], reasons.ALREADY_FRIEND),
            ([room(2, left=0), room(3, why=reasons.TAKER_LEFT)], reasons.TAKER_FULL),
            ([room(3, why=reasons.TAKER_LEFT), room(3, why=reasons.TAKER_DISABLED)], reasons.TAKER_LEFT),
            ([room(4)], reasons.LOGIN_EXPIRED),
        ],
    )
    def test_nobodys_it_is_told_why(self, rooms: list[Room], reason: str) -> None:
        known = facts(follows={(1, 1): int(RelationStatus.ACTIVE)}, logged_out={4})
        before = [(each.given, each.left) for each in rooms]
        assert judging.deal(1, rooms, known) == (None, reason)
        assert [(each.given, each.left) for each in rooms] == before

    @given(
        lefts=st.lists(st.integers(0, 12), min_size=1, max_size=6),
        customers=st.integers(0, 40),
        friends=st.sets(st.tuples(st.integers(0, 39), st.integers(0, 5))),
    )
    def test_whatever_is_dealt_room_and_friendship_are_minded_and_nobody_is_left_out_who_fits(
        self, lefts: list[int], customers: int, friends: set[tuple[int, int]]
    ) -> None:
        rooms = [room(pk, left=left) for pk, left in enumerate(lefts)]
        known = facts(follows=dict.fromkeys(friends, int(RelationStatus.ACTIVE)))
        given_to = {customer: judging.deal(customer, rooms, known)[0] for customer in range(customers)}
        for customer, got in given_to.items():
            assert got is None or (customer, got.taker.pk) not in friends
            if got is None:
                fitting = [r for r in rooms if r.left > 0 and (customer, r.taker.pk) not in friends]
                assert not fitting
        for each, left in zip(rooms, lefts, strict=True):
            assert each.given + each.left == left
            assert each.left >= 0
            assert each.given == sum(got is each for got in given_to.values())

    @given(takers=st.integers(1, 6), customers=st.integers(0, 60))
    def test_strangers_with_room_get_the_same_give_or_take_one(self, takers: int, customers: int) -> None:
        rooms = [room(pk) for pk in range(takers)]
        for customer in range(customers):
            judging.deal(customer, rooms, facts())
        assert max(r.given for r in rooms) - min(r.given for r in rooms) <= 1
        assert sum(r.given for r in rooms) == customers
