"""The days of joining and leaving against a plain count in Python, over made-up stays, zones and windows."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.time import day_range
from groups.analysis import movement, ways
from groups.analysis.scope import Scope
from groups.choices import MemberType, QuitScene
from groups.models import GroupMember
from tests import make
from tests.conftest import Cast

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
ZONES = ["Asia/Shanghai", "UTC", "America/New_York", "Europe/Berlin", "Pacific/Kiritimati", "Australia/Lord_Howe"]
# Whole hours and their neighbours, where days begin and clocks change.
SECONDS = st.builds(lambda hour, off: hour * 3600 + off, st.integers(-48, 24 * 45), st.sampled_from([-1, 0, 1]))
STAYS = st.lists(
    st.tuples(
        SECONDS,
        st.one_of(st.none(), st.integers(0, 20 * 86_400)),
        st.sampled_from(MemberType.values),
        st.sampled_from(QuitScene.values),
        st.sampled_from(["", "lina", "wang"]),
    ),
    max_size=12,
)


def stored(cast: Cast, stays: list[Any]) -> None:
    GroupMember.objects.all().delete()
    chat = cast.corp.groupchat_set.first() or make.chat(cast.corp, cast.owner)
    rows = []
    for n, (joined, lasted, kind, scene, inviter) in enumerate(stays):
        begun = START + dt.timedelta(seconds=joined)
        left = None if lasted is None else begun + dt.timedelta(seconds=lasted)
        ending = {"left_at": left, "quit_scene": None if left is None else scene}
        who = {"userid": f"wm{n}", "type": kind, "inviter_userid": inviter, "join_time": begun}
        rows.append(GroupMember(corp=cast.corp, chat=chat, **who, **ending))
    GroupMember.objects.bulk_create(rows)


def within(moment: dt.datetime | None, span: tuple[dt.datetime, dt.datetime]) -> bool:
    return moment is not None and span[0] <= moment < span[1]


def counted(scope: Scope) -> list[tuple[int, int, int, int]]:
    """The same figures, stay by stay."""
    rows = list(GroupMember.objects.all())
    found = []
    for day in scope.days():
        span = day_range(day, scope.zone)
        came = [row for row in rows if within(row.join_time, span)]
        went = [row for row in rows if within(row.left_at, span)]
        customers = [sum(row.type == MemberType.CUSTOMER for row in some) for some in (came, went)]
        found.append((len(came), len(went), *customers))
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stays=STAYS, first=st.integers(0, 35), days=st.integers(1, 20))
def test_each_day_is_what_a_plain_count_says(cast: Cast, zone: str, stays: list[Any], first: int, days: int) -> None:
    stored(cast, stays)
    begin = START.date() + dt.timedelta(days=first)
    scope = Scope(cast.actor("admin"), ZoneInfo(zone), begin, begin + dt.timedelta(days=days - 1))
    shown = movement.by_day(scope)
    assert [row["day"] for row in shown] == scope.days()
    figures = [(row["joined"], row["left"], row["customersJoined"], row["customersLeft"]) for row in shown]
    assert figures == counted(scope)
    assert all(row["net"] == row["joined"] - row["left"] for row in shown)
    assert movement.total(shown)["joined"] == sum(figure[0] for figure in figures)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stays=STAYS, first=st.integers(0, 35), days=st.integers(1, 20))
def test_ways_in_and_out_are_what_a_plain_count_says(cast: Cast, stays: list[Any], first: int, days: int) -> None:
    stored(cast, stays)
    begin = START.date() + dt.timedelta(days=first)
    scope = Scope(cast.actor("admin"), ZoneInfo("Asia/Shanghai"), begin, begin + dt.timedelta(days=days - 1))
    rows, span = list(GroupMember.objects.all()), scope.span()
    quits: dict[Any, int] = {}
    invited: dict[str, tuple[int, int]] = {}
    for row in rows:
        if within(row.left_at, span):
            quits[row.quit_scene] = quits.get(row.quit_scene, 0) + 1
        if within(row.join_time, span) and row.inviter_userid and row.type == MemberType.CUSTOMER:
            came, stay = invited.get(row.inviter_userid, (0, 0))
            invited[row.inviter_userid] = (came + 1, stay + (row.left_at is None))
    assert {row["quitScene"]: row["left"] for row in ways.by_quit_scene(scope)} == quits
    assert {row["userid"]: (row["invited"], row["stay"]) for row in ways.by_inviter(scope)} == invited
