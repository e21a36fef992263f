"""Several lanes read one list side by side: every name is read once, whoever spoils a call is found, and it resumes."""

import json
import random
from typing import Any

import pytest

from wecom.client import errors
from wecom.sync.lanes import Lane, Lanes

PLAN = [f"user{n:02}" for n in range(23)]


def resumed(lanes: Lanes) -> Lanes:
    """The same after its run was taken up by another process."""
    return Lanes.of({"lanes": json.loads(json.dumps(lanes.as_json()))})


def read_all(lanes: Lanes, spoils: Any = lambda names: None, at_once: int = 3) -> list[str]:
    """Read to the end; ``spoils`` gives the error of a call that names these."""
    read: list[str] = []
    for _turn in range(500):
        lanes = resumed(lanes)
        active = list(lanes.fill(PLAN, at_once))
        if not active:
            read_all.lanes = lanes  # type: ignore[attr-defined]
            return read
        for lane in active:
            names = lane.names(PLAN)
            if error := spoils(names):
                lanes.failing(lane, error, PLAN)
            else:
                read += names
                lanes.read(lane, "")
    raise AssertionError("it never ends")


@pytest.mark.parametrize("size", [1, 2, 5, 22, 23, 100])
@pytest.mark.parametrize("at_once", [1, 3, 30])
def test_every_name_is_read_once(size: int, at_once: int) -> None:
    assert sorted(read_all(Lanes(size=size), at_once=at_once)) == PLAN


@pytest.mark.parametrize("kind", [errors.Gone, errors.OutOfRange, errors.BadArgument, errors.TooBig])
@pytest.mark.parametrize("bad", [{"user00"}, {"user07", "user08"}, {"user22"}, set(PLAN)])
def test_those_who_spoil_a_call_are_found_and_all_others_read(kind: Any, bad: set[str]) -> None:
    read = read_all(Lanes(size=10), lambda names: kind(1, "x") if bad & set(names) else None)
    assert sorted(read) == sorted(set(PLAN) - bad)
    assert sorted(read_all.lanes.failed) == sorted(bad)  # type: ignore[attr-defined]
    assert read_all.lanes.done == len(PLAN)  # type: ignore[attr-defined]


def test_no_relation_of_one_employee_means_that_there_are_no_customers() -> None:
    read = read_all(Lanes(size=10), lambda names: errors.NoRelation(84061, "x") if "user03" in names else None)
    assert "user03" not in read
    assert read_all.lanes.failed == []  # type: ignore[attr-defined]


def test_a_page_leaves_the_lane_at_its_cursor() -> None:
    lanes = Lanes(size=10)
    first, _second = lanes.fill(PLAN, 2)
    lanes.read(first, "c1")
    lanes = resumed(lanes)
    assert [(lane.at, lane.count, lane.cursor) for lane in lanes.lanes] == [(0, 10, "c1"), (10, 10, "")]
    assert lanes.done == 0
    lanes.read(lanes.lanes[0], "")
    assert lanes.done == 10
    assert [lane.at for lane in lanes.fill(PLAN, 2)] == [10, 20]


def test_a_dead_cursor_begins_the_lane_anew_a_few_times_and_then_counts_as_an_error() -> None:
    lanes = Lanes(size=10)
    lane = lanes.fill(PLAN, 1)[0]
    for restart in range(1, 4):
        lane.cursor = "dead"
        assert lanes.failing(lane, errors.BadArgument(40058, "x"), PLAN) == []
        assert (lane.cursor, lane.restarts, lane.count) == ("", restart, 10)
    lane.cursor = "dead"
    lanes.failing(lane, errors.BadArgument(40058, "x"), PLAN)
    assert lane.count == 5
    assert lanes.todo == [(5, 5)]


def test_a_page_that_was_read_forgets_the_restarts() -> None:
    lanes = Lanes(size=10, lanes=[Lane(0, 10, "c", restarts=3)], next=10)
    lanes.read(lanes.lanes[0], "c2")
    assert lanes.lanes[0].restarts == 0


@pytest.mark.parametrize("error", [errors.Busy(-1, "x"), errors.Closed(45009, "x"), errors.AppRefused(40013, "x")])
def test_an_error_that_is_not_about_the_names_is_raised_and_nothing_moves(error: errors.WecomError) -> None:
    lanes = Lanes(size=10)
    lane = lanes.fill(PLAN, 1)[0]
    before = lanes.as_json()
    with pytest.raises(type(error)):
        lanes.failing(lane, error, PLAN)
    assert lanes.as_json() == before


@pytest.mark.parametrize("seed", range(20))
def test_any_order_of_pages_and_errors_reads_everybody_once(seed: int) -> None:
    drawn = random.Random(seed)
    bad = {name for name in PLAN if drawn.random() < 0.2}
    lanes, read = Lanes(size=drawn.choice([3, 8, 23])), []
    for _turn in range(2_000):
        lanes = resumed(lanes)
        active = list(lanes.fill(PLAN, 4))
        if not active:
            break
        lane = drawn.choice(active)
        names = lane.names(PLAN)
        if bad & set(names):
            lanes.failing(lane, errors.Gone(60111, "x"), PLAN)
        elif lane.cursor and drawn.random() < 0.2:
            lanes.failing(lane, errors.BadArgument(40058, "x"), PLAN)
        elif drawn.random() < 0.5:
            lanes.read(lane, f"c{_turn}")
        else:
            read += names
            lanes.read(lane, "")
    assert sorted(read) == sorted(set(PLAN) - bad)
    assert sorted(lanes.failed) == sorted(bad)
