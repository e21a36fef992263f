"""Who joined and who left by the company's days: the same answer whenever it is asked for."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.time import now
from groups.analysis import movement
from groups.analysis.scope import Scope, window
from groups.choices import QuitScene
from groups.models import GroupChat, GroupMember
from tests import make
from tests.conftest import Cast

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def stay(chat: GroupChat, joined: str, left: str | None = None, kind: int = 2, scene: int = QuitScene.LEFT) -> None:
    """A stay, its times in UTC."""
    number = GroupMember.objects.count()
    GroupMember.objects.create(
        corp_id=chat.corp_id,
        chat=chat,
        userid=f"wm{number}",
        type=kind,
        join_time=dt.datetime.fromisoformat(joined + "+00:00"),
        left_at=dt.datetime.fromisoformat(left + "+00:00") if left else None,
        quit_scene=scene if left else None,
    )


def figures(cast: Cast, first: str, last: str, zone: ZoneInfo = SHANGHAI, who: str = "admin", **narrow: Any) -> Any:
    scope = Scope(cast.actor(who), zone, dt.date.fromisoformat(first), dt.date.fromisoformat(last), **narrow)
    return {
        str(day["day"]): (day["joined"], day["left"], day["net"], day["customersJoined"], day["customersLeft"])
        for day in movement.by_day(scope)
    }


def test_a_day_begins_at_midnight_in_the_companys_zone(cast: Cast) -> None:
    chat = make.chat(cast.corp, cast.owner)
    # Midnight of the third in Shanghai is 16:00 of the second in UTC.
    stay(chat, "2026-11-02T15:59:59")
    stay(chat, "2026-11-02T16:00:00", "2026-11-03T16:00:00")
    stay(chat, "2026-11-03T15:59:59", "2026-11-03T15:59:59", kind=1)
    assert figures(cast, "2026-11-02", "2026-11-04") == {
        "2026-11-02": (1, 0, 1, 1, 0),
        "2026-11-03": (2, 1, 1, 1, 0),
        "2026-11-04": (0, 1, -1, 0, 1),
    }


def test_days_of_a_zone_that_changes_its_clock_are_whole(cast: Cast) -> None:
    chat = make.chat(cast.corp, cast.owner)
    # On the first of November 2026 New York's day has 25 hours: from 04:00 to 05:00 of the next day in UTC.
    for hour in ("2026-11-01T03:59:59", "2026-11-01T04:00:00", "2026-11-02T04:59:59", "2026-11-02T05:00:00"):
        stay(chat, hour)
    found = figures(cast, "2026-10-31", "2026-11-02", NEW_YORK)
    assert [day[0] for day in found.values()] == [1, 2, 1]


@pytest.mark.parametrize("days", [1, 2, 3, 7, 31, 92])
def test_each_stay_is_counted_on_exactly_one_day(cast: Cast, days: int) -> None:
    chat = make.chat(cast.corp, cast.owner)
    first = dt.date(2026, 8, 1)
    for n in range(-1, days + 1):
        for hour in (0, 7, 15):
            moment = dt.datetime.combine(first, dt.time(hour), SHANGHAI) + dt.timedelta(days=n)
            stay(chat, moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat())
    found = figures(cast, str(first), str(first + dt.timedelta(days=days - 1)))
    assert [day[0] for day in found.values()] == [3] * days


def test_the_answer_is_the_same_each_time_and_costs_two_statements(cast: Cast, django_assert_num_queries: Any) -> None:
    chat = make.chat(cast.corp, cast.owner)
    for n in range(20):
        stay(chat, f"2026-11-{n + 1:02}T03:00:00", f"2026-11-{n + 2:02}T03:00:00")
    scope = Scope(cast.actor("admin"), SHANGHAI, dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    with django_assert_num_queries(2):
        once = movement.by_day(scope)
    assert movement.by_day(scope) == once
    assert movement.total(once) == {"joined": 20, "left": 20, "net": 0, "customersJoined": 20, "customersLeft": 20}


def test_it_is_narrowed_to_an_owner_a_department_and_a_chat(cast: Cast) -> None:
    mine, other = make.chat(cast.corp, cast.owner), make.chat(cast.corp, cast.colleague)
    above = make.chat(cast.corp, make.employee(cast.corp))
    for chat in (mine, other, other, above):
        stay(chat, "2026-11-02T03:00:00")
    day = {"first": "2026-11-02", "last": "2026-11-02"}

    def joined(**narrow: Any) -> int:
        return figures(cast, **day, **narrow)["2026-11-02"][0]

    assert joined() == 4
    assert joined(owner_id=cast.owner.pk) == 1
    assert joined(owner_id=cast.colleague.pk) == 2
    assert joined(department_id=cast.department.pk) == 3
    assert joined(department_id=999_999) == 0
    assert joined(chat_id=above.pk) == 1
    assert joined(chat_id=above.pk, owner_id=cast.owner.pk) == 0


def test_each_sees_the_figures_of_their_own_chats(cast: Cast) -> None:
    for owner in (cast.owner, cast.colleague, make.employee(cast.corp)):
        stay(make.chat(cast.corp, owner), "2026-11-02T03:00:00")
    seen = {
        who: figures(cast, "2026-11-02", "2026-11-02", who=who)["2026-11-02"][0]
        for who in ("owner", "manager", "admin", "stranger")
    }
    assert seen == {"owner": 1, "manager": 2, "admin": 3, "stranger": 0}


def test_without_days_the_last_thirty_are_meant(cast: Cast) -> None:
    today = now().astimezone(SHANGHAI).date()
    first, last = window(SHANGHAI, None, None)
    assert (last, (last - first).days) == (today, 29)
    assert window(SHANGHAI, dt.date(2026, 1, 1), None) == (dt.date(2026, 1, 1), dt.date(2026, 1, 30))
    assert window(SHANGHAI, None, dt.date(2026, 1, 30)) == (dt.date(2026, 1, 1), dt.date(2026, 1, 30))
