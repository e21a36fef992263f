"""Days put together, and remembered for as long as they are the same."""

import datetime as dt

import pytest
from pyroaring import BitMap

from customers import lifecycle
from customers.models import Customer
from segments.bitmaps import atoms, building, holding, memory
from segments.bitmaps.folding import fold
from segments.bitmaps.holding import Held
from tests import make
from tests.conftest import Cast
from tests.segments.bitmaps.world import BY

# A day is that of the company's zone, so noon is of the same one everywhere the tests look.
NOON = dt.datetime(2026, 3, 1, 4, tzinfo=dt.UTC)


def day(number: int) -> str:
    return atoms.key(atoms.ADDED, f"2026-03-{number:02}")


def everybody(name: str) -> tuple[str, str]:
    return f"{name}=", f"{name}=~"


@pytest.fixture
def customers(cast: Cast) -> list[Customer]:
    """One added on each of the first six days of a month, and one of whom it isn't known."""
    return [
        *(make.customer(cast.corp, add_time=NOON + dt.timedelta(days=n), city="深圳") for n in range(6)),
        make.customer(cast.corp, city="深圳", add_time=None),
    ]


def present(cast: Cast) -> Held:
    found = memory.current(cast.corp.pk, cast.corp.time_zone)
    assert found
    return found


@pytest.mark.parametrize(("first", "behind"), [(1, 7), (1, 2), (2, 5), (6, 9), (3, 3), (5, 2), (7, 9)])
def test_a_span_has_who_is_in_its_days_and_nobody_of_the_day_behind(
    cast: Cast, customers: list[Customer], first: int, behind: int
) -> None:
    building.build(cast.corp)
    expected = BitMap(row.pk for n, row in enumerate(customers[:6], start=1) if first <= n < behind)
    for _once_more in range(2):
        assert present(cast).span(day(first), day(behind)) == expected


def test_an_open_end_takes_all_days_and_nothing_else_than_days(cast: Cast, customers: list[Customer]) -> None:
    building.build(cast.corp)
    assert present(cast).span(*everybody(atoms.ADDED)) == BitMap(row.pk for row in customers[:6])
    assert present(cast).span(f"{atoms.ADDED}=", day(3)) == BitMap(row.pk for row in customers[:2])


def test_it_is_put_together_once_and_anew_when_something_was_folded(cast: Cast, customers: list[Customer]) -> None:
    building.build(cast.corp)
    fold(cast.corp)
    before = present(cast).span(day(1), day(7))
    assert present(cast).span(day(1), day(7)) is before
    lifecycle.update(customer=customers[2], add_time=NOON + dt.timedelta(days=40), **BY)
    fold(cast.corp)
    assert present(cast).span(day(1), day(7)) == before - BitMap([customers[2].pk])
    # Who holds the earlier fold still sees that one.
    assert customers[2].pk in before


def test_only_so_many_are_remembered(cast: Cast, customers: list[Customer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "_SPANS", 2)
    building.build(cast.corp)
    held = present(cast)
    for first in range(1, 6):
        assert held.span(day(first), day(7)) == BitMap(row.pk for row in customers[first - 1 : 6])
    first_again = held.span(day(1), day(7))
    assert first_again == BitMap(row.pk for row in customers[:6])
    assert held.span(day(1), day(7)) is first_again
