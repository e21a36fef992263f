"""Which entries are looked at, and which are contact."""

import pytest

from insights.behaviour.entries import CONTACTS, TIMED, contacts, until, within
from tests.insights.behaviour.days import NOW, entries


def test_the_first_comes_first_and_what_is_later_than_the_moment_is_left_out() -> None:
    shuffled = entries(3, -1, 9, 0)
    assert until(shuffled, NOW) == entries(9, 3, 0)


def test_of_the_same_moment_the_order_is_always_the_same() -> None:
    one, other = entries(3, kind="tag_added"), entries(3, kind="follow_up")
    assert until([*one, *other], NOW) == until([*other, *one], NOW)


@pytest.mark.parametrize("kind", ["followed", "follow_up", "communication", "group_joined"])
def test_what_two_did_with_each_other_is_contact(kind: str) -> None:
    assert contacts(entries(1, kind=kind)) == entries(1, kind=kind)


@pytest.mark.parametrize("kind", ["tag_added", "stage_changed", "sop_step_due", "group_left", "unfollowed", "created"])
def test_housekeeping_and_leaving_are_none(kind: str) -> None:
    assert contacts(entries(1, kind=kind)) == []


def test_every_timed_contact_is_a_contact() -> None:
    assert TIMED < CONTACTS


@pytest.mark.parametrize(("days", "found"), [(7, 2), (30, 3), (90, 4), (1, 1)])
def test_a_period_is_so_many_times_24_hours_and_its_end_is_outside(days: int, found: int) -> None:
    assert within(entries(0.5, 6.9, 7, 30, 90), NOW, days) == found
