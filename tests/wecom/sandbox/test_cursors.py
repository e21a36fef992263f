"""Pages and their cursors for any number of rows: each row once and in order, whatever goes or comes meanwhile."""

import random
from bisect import bisect_right

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.wecom.sandbox.conftest import MORNING
from wecom.sandbox import cursors, paging
from wecom.sandbox.call import Call
from wecom.sandbox.clock import Clock
from wecom.sandbox.codes import Failure
from wecom.sandbox.company import Company
from wecom.sandbox.things import App

ROWS = st.lists(st.integers(1, 10_000), unique=True, max_size=60).map(sorted)
SIZES = st.integers(1, 25)
EACH = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def asking(cursor: str = "", *, api: str = "some/list", company: Company | None = None) -> Call:
    company = company or Company(clock=Clock(MORNING))
    return Call(company, App(1, "s"), api, {}, {"cursor": cursor})


def itself(row: int) -> int:
    return row


@EACH
@given(rows=ROWS, size=SIZES, counted=st.booleans())
def test_following_the_cursors_gives_every_row_once_and_in_order(rows: list[int], size: int, counted: bool) -> None:
    found, cursor, pages = [], "", 0
    while True:
        page, cursor = paging.page(asking(cursor), rows, size, key=None if counted else itself)
        found += page
        pages += 1
        if not cursor:
            break
        assert len(page) == size
    assert found == rows
    assert pages == max(1, -(-len(rows) // size))


@EACH
@given(rows=ROWS, size=SIZES, seed=st.integers(0, 1_000))
def test_rows_that_stay_are_met_once_though_others_go_between_two_pages(rows: list[int], size: int, seed: int) -> None:
    dice, left = random.Random(seed), list(rows)
    found, cursor = [], ""
    while True:
        page, cursor = paging.page(asking(cursor), left, size, key=itself)
        found += page
        if not cursor:
            break
        left = [row for row in left if row in found or dice.random() < 0.8]
    assert found == sorted(set(found))
    assert {row for row in left if row not in found} == set()


@EACH
@given(rows=ROWS, behind=st.integers(0, 10_001))
def test_the_place_behind_a_key_is_where_a_plain_search_finds_it(rows: list[int], behind: int) -> None:
    assert paging.after(rows, behind, itself) == bisect_right(rows, behind)


@EACH
@given(place=st.lists(st.integers(0, 2**40), min_size=1, max_size=3))
def test_a_cursor_brings_its_place_back(place: list[int]) -> None:
    assert cursors.position(asking(cursors.seal(asking(), *place))) == place


@EACH
@given(place=st.integers(0, 1_000), at=st.integers(0, 200), letter=st.sampled_from("AZaz09-_"))
def test_a_cursor_with_a_letter_changed_is_refused_or_the_same(place: int, at: int, letter: str) -> None:
    good = cursors.seal(asking(), place)
    at %= len(good)
    changed = good[:at] + letter + good[at + 1 :]
    try:
        assert cursors.position(asking(changed)) == [place]
    except Failure as failure:
        assert failure.code == 40058
        assert changed != good


@pytest.mark.parametrize(
    "call",
    [
        lambda cursor: asking(cursor, api="another/list"),
        lambda cursor: asking(cursor, company=Company(seed=1, clock=Clock(MORNING))),
        lambda cursor: asking(cursor, company=Company(clock=Clock(MORNING + 7_201))),
    ],
    ids=["another call", "another company", "two hours and a second later"],
)
def test_a_cursor_is_good_for_its_call_its_company_and_two_hours(call: object) -> None:
    cursor = cursors.seal(asking(), 5)
    assert cursors.position(asking(cursor)) == [5]
    with pytest.raises(Failure) as refused:
        cursors.position(call(cursor))  # type: ignore[operator]
    assert refused.value.code == 40058


@pytest.mark.parametrize("seconds", [1, 60, 7_200])
def test_a_cursor_lives_as_long_as_is_switched(seconds: int) -> None:
    company = Company(clock=Clock(MORNING))
    company.switches.cursor_seconds = seconds
    cursor = cursors.seal(asking(company=company), 5)
    company.advance(seconds)
    assert cursors.position(asking(cursor, company=company)) == [5]
    company.advance(1)
    with pytest.raises(Failure):
        cursors.position(asking(cursor, company=company))
