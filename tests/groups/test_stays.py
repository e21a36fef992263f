"""The rules of stays alone, without a database: what a reading changes, and which stay an event ended."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.choices import TOLD, MemberType, QuitScene
from groups.stays import SKEW, Difference, Stay, compare, ended_by, with_end
from tests.groups.story import START, at

NOW = START + dt.timedelta(days=20)
LEFT, UNSEEN, DISMISSED = QuitScene.LEFT, QuitScene.UNSEEN, QuitScene.DISMISSED


def stay(joined: int = 0, left: int | None = None, how: int | None = None, **fields: Any) -> Stay:
    nothing = {"employee_id": None, "customer_id": None, "unionid": None, "name": "", "group_nickname": ""}
    rest = {"join_scene": None, "inviter_userid": "", "state": "", "type": MemberType.CUSTOMER, "userid": "wmA"}
    ended = at(left) if left is not None else None
    known = {"pk": joined + 1, "chat_id": 1, "join_time": at(joined), "left_at": ended, "quit_scene": how}
    return Stay(**nothing | rest | known | fields)


def seen(joined: int = 0, **fields: Any) -> Stay:
    return stay(joined, **{"pk": None} | fields)


def difference(known: list[Stay], *present: Stay, overruled: dt.datetime | None = None) -> Difference:
    return compare(known, {s.userid: s for s in present}, noticed=NOW, overruled=overruled)


# --- What a reading changes ---


def test_nothing_known_and_nobody_there_is_no_difference() -> None:
    assert difference([]) == Difference()


def test_a_type_that_differs_is_a_change_and_counts_as_it_is_now() -> None:
    found = difference([stay()], seen(type=MemberType.EMPLOYEE, employee_id=7))
    assert [s.employee_id for s in found.changed] == [7]
    assert (found.members, found.customers) == (1, 0)


def test_a_link_that_is_known_is_not_lost_by_a_reading_without_it() -> None:
    found = difference([stay(customer_id=5)], seen())
    assert found == Difference(members=1, customers=1)


def test_one_found_gone_before_joining_was_there_no_time_at_all() -> None:
    ahead = seen(0)._replace(pk=1, join_time=NOW + dt.timedelta(days=1))
    (gone,) = difference([ahead]).left
    assert gone.left_at == ahead.join_time


def test_a_told_end_stands_beside_a_later_stay_that_goes_on() -> None:
    found = difference([stay(0, 5, LEFT), stay(9)], seen(0))
    assert found == Difference(members=1, customers=1)


@pytest.mark.parametrize(("overruled", "back"), [(None, False), (at(4), False), (at(5), False), (at(6), True)])
def test_a_told_end_gives_way_only_to_what_may_overrule_it(overruled: dt.datetime | None, back: bool) -> None:
    found = difference([stay(0, 5, LEFT)], seen(0), overruled=overruled)
    assert (bool(found.returned), found.members) == (back, int(back))


@pytest.mark.parametrize("how", [UNSEEN, DISMISSED])
def test_what_nobody_told_gives_way_to_every_reading(how: int) -> None:
    (back,) = difference([stay(0, 5, how)], seen(0, name="大海")).returned
    assert (back.pk, back.left_at, back.quit_scene, back.name) == (1, None, None, "大海")


_STAYS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from([None, 7, 8]), st.sampled_from([LEFT, UNSEEN, DISMISSED])),
    max_size=4,
    unique_by=lambda s: s[0],
)


def _known(drawn: list[tuple[int, int | None, int]]) -> list[Stay]:
    """Stays of one person of which at most one lasts, as the database allows."""
    rows, lasts = [], False
    for joined, left, how in drawn:
        if left is None and not lasts:
            rows.append(stay(joined))
            lasts = True
        else:
            rows.append(stay(joined, left or 8, how))
    return rows


@given(_STAYS, st.none() | st.integers(0, 9), st.booleans())
def test_a_reading_applied_twice_changes_nothing_the_second_time(drawn: Any, joined: int | None, sync: bool) -> None:
    known, present = _known(drawn), [] if joined is None else [seen(joined)]
    overruled = NOW - dt.timedelta(hours=1) if sync else None
    first = difference(known, *present, overruled=overruled)
    after = {s.join_time: s for s in known}
    for one in (*first.left, *first.returned, *first.changed, *first.joined):
        after[one.join_time] = one if one.pk else one._replace(pk=99)
    lasting = [s for s in after.values() if s.left_at is None]
    assert len(lasting) == first.members <= 1
    second = difference(list(after.values()), *present, overruled=overruled)
    assert second == Difference(members=first.members, customers=first.customers)


@given(_STAYS, st.none() | st.integers(0, 9))
def test_a_reading_that_may_overrule_is_the_truth_about_who_is_there(drawn: Any, joined: int | None) -> None:
    present = [] if joined is None else [seen(joined)]
    found = difference(_known(drawn), *present, overruled=NOW)
    assert found.members == len(present)


# --- Which stay an event ended ---


@pytest.mark.parametrize(
    ("known", "minute", "joined"),
    [
        ([], 5, None),
        ([stay(6)], 5, None),
        ([stay(0)], 5, 0),
        ([stay(0), stay(9)], 5, 0),
        ([stay(0, 3, UNSEEN), stay(4)], 5, 4),
        ([stay(0, 3, UNSEEN), stay(9)], 5, 0),
        ([stay(5)], 5, 5),
        ([stay(0, 5, UNSEEN), stay(5)], 5, 0),
        ([stay(0, 3, LEFT), stay(5)], 5, 5),
        ([stay(0, 3, LEFT)], 5, None),
        ([stay(0, 7, LEFT)], 5, 0),
    ],
)
def test_an_event_finds_the_stay_of_its_time(known: list[Stay], minute: int, joined: int | None) -> None:
    for order in (known, known[::-1]):
        found = ended_by(order, at(minute))
        assert (found and found.join_time) == (None if joined is None else at(joined))


@pytest.mark.parametrize(
    ("known", "minute", "news"),
    [
        (stay(0), 5, True),
        (stay(0, 9, UNSEEN), 5, True),
        (stay(0, 5, LEFT), 5, False),
        (stay(0, 9, LEFT), 5, True),
        (stay(0, 3, LEFT), 5, False),
        (stay(0, 9, DISMISSED), 5, True),
        (stay(0, 5, DISMISSED), 5, False),
    ],
)
def test_an_end_is_news_where_it_says_more_than_is_known(known: Stay, minute: int, news: bool) -> None:
    ended = with_end(known, QuitScene.REMOVED, at(minute), noticed=NOW)
    assert ended == (known._replace(left_at=at(minute), quit_scene=QuitScene.REMOVED) if news else None)


@pytest.mark.parametrize(
    ("after", "news"), [(dt.timedelta(0), True), (SKEW, True), (SKEW * 2, False), (dt.timedelta(days=40), True)]
)
def test_an_end_well_after_one_was_found_gone_is_another_stays(after: dt.timedelta, news: bool) -> None:
    known = stay(0, 9, UNSEEN)
    assert bool(with_end(known, LEFT, at(9) + after, noticed=NOW)) is news


def test_only_what_an_event_says_is_told() -> None:
    assert {scene for scene in QuitScene if stay(0, 5, scene).told} == set(TOLD)
    assert not stay(0).told
