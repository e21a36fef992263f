"""Spans of time: what they cover together, what lies between, and where nothing was heard."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.risks import spans
from insights.risks.silence import Limit, overdue

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
Numbered = tuple[int, int | None]


def at(day: int | None) -> dt.datetime | None:
    return None if day is None else START + dt.timedelta(days=day)


def timed(days: Sequence[Numbered]) -> list[spans.Span]:
    return [(at(a), at(b)) for a, b in days]  # type: ignore[misc]


def numbered(found: Sequence[spans.Span]) -> list[Numbered]:
    return [((a - START).days, None if b is None else (b - START).days) for a, b in found]


def covers(days: Sequence[Numbered], day: int) -> bool:
    return any(a <= day and (b is None or day < b) for a, b in days)


SPANS = st.lists(st.tuples(st.integers(0, 20), st.one_of(st.none(), st.integers(0, 25)))).map(
    lambda rows: [(a, b if b is None or b >= a else a) for a, b in rows]
)


@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        ([], []),
        ([(1, 3)], [(1, 3)]),
        ([(5, 8), (1, 3)], [(1, 3), (5, 8)]),
        ([(1, 3), (3, 5)], [(1, 5)]),
        ([(1, 9), (2, 4)], [(1, 9)]),
        ([(1, None), (2, 4)], [(1, None)]),
        ([(1, 4), (2, None)], [(1, None)]),
    ],
)
def test_what_overlaps_or_touches_is_one(days: list[Numbered], wanted: list[Numbered]) -> None:
    assert numbered(spans.merged(timed(days))) == wanted


@given(SPANS)
def test_merging_covers_the_same_days_in_order_and_apart(days: list[Numbered]) -> None:
    found = numbered(spans.merged(timed(days)))
    for day in range(27):
        assert covers(found, day) == covers(days, day)
    for (_start, end), (start, _end) in pairwise(found):
        assert end is not None
        assert end < start


@given(SPANS)
def test_a_gap_is_what_no_span_covers_after_the_first(days: list[Numbered]) -> None:
    found = numbered(list(spans.gaps(timed(days))))
    first = min((a for a, _b in days), default=99)
    for day in range(first, 27):
        assert covers(found, day) == (not covers(days, day))


@pytest.mark.parametrize(
    ("living", "contacts", "wanted"),
    [
        ([], [], []),
        # Nothing at all since it began.
        ([(0, None)], [], [(5, None)]),
        ([(0, 4)], [], []),
        ([(0, 9)], [], [(5, 9)]),
        ([(0, None)], [3, 6], [(11, None)]),
        ([(0, None)], [9], [(5, 9), (14, None)]),
        # In exactly the time allowed.
        ([(0, 10)], [5], []),
        # While nobody followed, nothing was missed.
        ([(0, 3), (20, None)], [], [(25, None)]),
        # A contact out of the relation's time is none.
        ([(2, 9)], [0, 1, 30], [(7, 9)]),
    ],
)
def test_silence_begins_after_the_time_allowed_and_ends_with_a_word(
    living: list[Numbered], contacts: list[int], wanted: list[Numbered]
) -> None:
    heard = [at(day) for day in contacts]
    limits = [Limit(None, dt.timedelta(days=5), None)]
    gaps = spans.quiet(timed(living), heard)  # type: ignore[arg-type]
    found = [(late.start, late.end) for gap in gaps for late in overdue(gap, limits)]
    assert numbered(found) == wanted


def test_of_two_moments_the_earlier_and_never_comes_never() -> None:
    one, two = at(1), at(2)
    assert (spans.earlier(one, two), spans.earlier(None, two), spans.earlier(None, None)) == (one, two, None)


@pytest.mark.parametrize(("day", "inside"), [(1, False), (2, True), (4, True), (5, False)])
def test_within_is_after_the_beginning_and_before_the_end(day: int, inside: bool) -> None:
    assert spans.within(at(day), (at(1), at(5))) is inside  # type: ignore[arg-type]
    assert spans.within(at(day + 1), (at(1), None))  # type: ignore[arg-type]
