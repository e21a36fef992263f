"""Who is next: turns, loads, bounds, spares, for whatever people there are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.assigning import reasons
from customers.assigning.choosing import Choice, Seat, Team
from customers.assigning.deciding import Desk, Person, matches
from customers.models import AssignmentRule

LEAST = AssignmentRule.Strategy.LEAST_LOADED


def team(*loads: int, **fields: Any) -> Team:
    """People 1, 2, 3 … with so many customers each."""
    return Team([Seat(n, load) for n, load in enumerate(loads, start=1)], **fields)


def dealt(people: Team, times: int) -> list[int | None]:
    """Whom the next so many go to."""
    found = []
    for _n in range(times):
        choice = people.choose()
        people.take(choice)
        found.append(choice.seat.employee_id if choice.seat else None)
    return found


def test_in_turn_each_gets_one_and_then_it_begins_anew() -> None:
    assert dealt(team(9, 0, 5), 7) == [1, 2, 3, 1, 2, 3, 1]


def test_the_turn_goes_on_behind_who_was_last() -> None:
    assert dealt(team(0, 0, 0, pointer=2), 3) == [3, 1, 2]


def test_the_turn_goes_on_where_the_last_one_has_gone() -> None:
    assert dealt(Team([Seat(1), Seat(5)], pointer=3), 2) == [5, 1]


def test_who_has_the_fewest_gets_the_next() -> None:
    assert dealt(team(3, 1, 2, strategy=LEAST), 6) == [2, 3, 2, 1, 3, 2]


def test_of_two_with_as_many_who_was_given_fewer_today_is_next() -> None:
    people = Team([Seat(1, 4, today=2), Seat(2, 4, today=1)], strategy=LEAST)
    assert dealt(people, 1) == [2]


def test_who_is_full_is_passed_over_and_then_nobody_is_left() -> None:
    people = team(2, 0, capacity=2)
    assert dealt(people, 3) == [2, 2, None]
    assert people.choose().reason == reasons.ALL_FULL


def test_a_day_has_an_end_too() -> None:
    assert dealt(team(0, 0, day_cap=1), 3) == [1, 2, None]


def test_outside_the_hours_the_spare_gets_them_and_keeps_no_turn() -> None:
    people = team(0, 0, at_work=False, spare=Seat(9), pointer=1)
    assert dealt(people, 2) == [9, 9]
    assert people.pointer == 1
    assert people.choose().reason == reasons.SPARE


@pytest.mark.parametrize(
    ("people", "barred", "reason"),
    [
        (Team(), (), reasons.NOBODY),
        (Team(at_work=False), (), reasons.NOBODY),
        (team(0, at_work=False), (), reasons.OFF_HOURS),
        (team(1, capacity=1), (), reasons.ALL_FULL),
        (team(0), (1,), reasons.HAD_BEFORE),
        (team(1, capacity=1, spare=Seat(9)), (9,), reasons.ALL_FULL),
    ],
)
def test_where_nobody_is_there_it_says_why(people: Team, barred: Any, reason: str) -> None:
    assert people.choose(barred) == Choice(None, reason)


def test_nobody_gets_back_whom_they_had() -> None:
    assert team(0, 0).choose({1}).seat == Seat(2)


teams = st.builds(
    lambda loads, **fields: team(*loads, **fields),
    st.lists(st.integers(0, 6), max_size=6),
    strategy=st.sampled_from(AssignmentRule.Strategy.values),
    pointer=st.integers(0, 8),
    capacity=st.none() | st.integers(0, 8),
    day_cap=st.none() | st.integers(0, 4),
    at_work=st.booleans(),
    spare=st.none() | st.just(Seat(99)),
)


@given(teams, st.sets(st.integers(1, 6)), st.integers(0, 30))
def test_no_bound_is_ever_passed_and_nobody_barred_is_chosen(people: Team, barred: set[int], times: int) -> None:
    before = {seat.employee_id: seat.load for seat in people.seats}
    for _n in range(times):
        choice = people.choose(barred)
        assert (choice.seat is None) == (choice.reason in reasons.LEFT)
        assert choice.seat is None or choice.seat.employee_id not in barred
        people.take(choice)
    for seat in people.seats:
        assert people.capacity is None or seat.load <= max(people.capacity, before[seat.employee_id])
        assert people.day_cap is None or seat.today <= people.day_cap
        assert people.at_work or seat.load == before[seat.employee_id]


@given(st.integers(1, 6), st.integers(0, 40), st.integers(0, 8))
def test_in_turn_nobody_is_ever_two_ahead(size: int, times: int, pointer: int) -> None:
    people = team(*[0] * size, pointer=pointer)
    dealt(people, times)
    loads = [seat.load for seat in people.seats]
    assert sum(loads) == times
    assert max(loads) - min(loads) <= 1


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 40))
def test_the_fewest_rise_to_the_others_before_those_get_any(loads: list[int], times: int) -> None:
    people = team(*loads, strategy=LEAST)
    dealt(people, times)
    level = min(seat.load for seat in people.seats)
    assert all(seat.load in (was, level, level + 1) for seat, was in zip(people.seats, loads, strict=True))


def rule(**fields: Any) -> AssignmentRule:
    return AssignmentRule(**fields)


@pytest.mark.parametrize(
    ("asked", "person", "matched"),
    [
        ({}, {}, True),
        ({}, {"lost": True}, False),
        ({"also_lost": True}, {"lost": True}, True),
        ({"also_lost": True}, {}, True),
        ({"channel_id": 3}, {"state": "expo", "channel_id": 3}, True),
        ({"channel_id": 3}, {"state": "expo", "channel_id": 4}, False),
        ({"channel_id": 3}, {"state": "expo"}, False),
        ({"unnamed_state": True}, {"state": "expo"}, True),
        ({"unnamed_state": True}, {"state": "expo", "channel_id": 3}, False),
        ({"unnamed_state": True}, {}, False),
        ({"add_way": 1}, {"add_way": 1}, True),
        ({"add_way": 0}, {"add_way": 0}, True),
        ({"add_way": 0}, {"add_way": None}, False),
        ({"add_way": 1}, {"add_way": 3}, False),
    ],
)
def test_a_rule_is_for_those_it_names(asked: Any, person: Any, matched: bool) -> None:
    assert matches(rule(**asked), Person(1, **person)) is matched


class TestDesk:
    def test_the_first_rule_that_is_for_them_decides(self) -> None:
        desk = Desk([(rule(channel_id=3), team(0)), (rule(), Team([Seat(7)]))])
        assert desk.decide(Person(1, channel_id=3)).choice.seat == Seat(1, 1, 1)
        assert desk.decide(Person(2)).choice.seat == Seat(7, 1, 1)

    def test_where_the_first_has_nobody_the_next_one_gives(self) -> None:
        desk = Desk([(rule(), team(0, at_work=False)), (rule(), Team([Seat(7)]))])
        assert desk.decide(Person(1)).choice.seat == Seat(7, 1, 1)

    def test_where_none_has_somebody_the_reason_is_the_first_ones(self) -> None:
        first = rule(name="甲")
        desk = Desk([(first, team(0, at_work=False)), (rule(), Team())])
        found = desk.decide(Person(1))
        assert (found.rule, found.choice.reason) == (first, reasons.OFF_HOURS)
        assert not desk.open

    def test_a_customer_whom_no_rule_is_for_waits(self) -> None:
        desk = Desk([(rule(channel_id=3), team(0))])
        assert desk.decide(Person(1)).choice == Choice(None, reasons.NO_RULE)
        assert desk.open
        assert not desk.takes_lost

    def test_who_is_on_the_blacklist_is_given_to_nobody(self) -> None:
        people = team(0)
        assert Desk([(rule(), people)]).decide(Person(1, blacklisted=True)).choice.reason == reasons.BLACKLISTED
        assert people.seats[0].load == 0

    def test_one_who_is_named_by_two_rules_is_as_full_for_both(self) -> None:
        seat = Seat(1)
        teams = [(rule(channel_id=3), Team([seat], capacity=1)), (rule(), Team([seat], capacity=1))]
        desk = Desk(teams)
        assert desk.decide(Person(1, channel_id=3)).choice.seat
        assert desk.decide(Person(2)).choice.reason == reasons.ALL_FULL


@pytest.mark.parametrize("reason", [*reasons.LEFT, *reasons.GIVEN])
def test_each_reason_has_a_sentence(reason: str) -> None:
    assert reasons.sentence(reason) != reason
