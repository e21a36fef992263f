"""What an event tells of leaving: how and when, kept through every later sync; and what it can't tell."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from corps.actors import SYSTEM
from groups import mirroring
from groups.choices import QuitScene
from groups.models import GroupMember
from messaging.models import OutboxEvent
from tests.conftest import Cast
from tests.groups.story import Story, at, one

LEFT, REMOVED, UNSEEN, DISMISSED = QuitScene.LEFT, QuitScene.REMOVED, QuitScene.UNSEEN, QuitScene.DISMISSED


def test_joining_again_and_leaving_in_one_second_ends_that_stay(story: Story) -> None:
    story.read(one("wmA", 0))
    story.told("wmA", minute=20)
    story.read(one("wmA", 30))
    story.told("wmA", minute=30, scene=REMOVED)
    assert story.stays("wmA") == [(at(0), at(20), LEFT), (at(30), at(30), REMOVED)]


def minutes_from_now(minutes: int) -> int:
    return round((now() - at(0)) / dt.timedelta(minutes=1)) + minutes


def test_a_leaving_ends_the_stay_and_is_told_once_however_often_it_comes(story: Story, told_of: Any) -> None:
    story.read(one("wmA"), one("wmB"))
    version = story.chat.version
    tally = story.told("wmA", minute=10, scene=REMOVED)
    assert (tally.changed, tally.sample) == (1, ["wrStory -1"])
    assert story.stays("wmA") == [(at(0), at(10), REMOVED)]
    assert story.counts() == (1, 1)
    name, data = told_of()[-1]
    assert (name, data["chatId"], story.chat.version) == ("group.member.left", "wrStory", version + 1)
    assert data["members"] == [
        {
            "userid": "wmA",
            "employeeId": None,
            "customerId": None,
            "joinTime": "2026-11-02T01:00:00Z",
            "leftAt": "2026-11-02T01:10:00Z",
            "quitScene": 1,
        }
    ]
    told = told_of()
    assert story.told("wmA", minute=10, scene=REMOVED).same == 1
    assert (told_of(), story.chat.version) == (told, version + 1)


def test_a_leaving_survives_every_later_reading(story: Story) -> None:
    story.read(one("wmA"), one("wmB"))
    story.told("wmA", minute=10)
    for _n in range(5):
        story.read(one("wmB"), run_id=3)
        assert story.stays("wmA") == [(at(0), at(10), LEFT)]


def test_a_reading_that_is_behind_the_event_brings_nobody_back(story: Story, told_of: Any) -> None:
    story.read(one("wmA"), one("wmB"))
    story.told("wmA", minute=10)
    told = told_of()
    assert story.read(one("wmA"), one("wmB")).same == 1
    assert story.stays("wmA") == [(at(0), at(10), LEFT)]
    assert (story.counts(), told_of()) == ((1, 1), told)


def test_a_full_sync_soon_after_the_event_brings_nobody_back_either(story: Story) -> None:
    minute = minutes_from_now(-2)
    story.read(one("wmA"))
    story.told("wmA", minute=minute)
    story.read(one("wmA"), run_id=1)
    assert story.stays("wmA") == [(at(0), at(minute), LEFT)]


def test_a_full_sync_long_after_the_event_is_believed_against_it(story: Story, told_of: Any) -> None:
    story.read(one("wmA"))
    story.told("wmA", minute=10)
    story.read(one("wmA"), run_id=1)
    assert story.stays("wmA") == [(at(0), None, None)]
    assert (story.counts(), told_of()[-1][0]) == ((1, 1), "group.member.joined")


def test_who_joined_again_in_the_second_of_leaving_is_there(story: Story) -> None:
    story.read(one("wmA", 10))
    story.told("wmA", minute=10)
    assert story.stays("wmA") == [(at(10), at(10), LEFT)]
    story.read(one("wmA", 10))
    assert story.stays("wmA") == [(at(10), None, None)]


def test_an_event_that_comes_after_a_sync_found_the_gap_fills_in_how(story: Story, told_of: Any) -> None:
    story.read(one("wmA"))
    story.read()
    assert story.stays("wmA")[0][2] == UNSEEN
    tally = story.told("wmA", minute=10, scene=REMOVED)
    assert tally.changed == 1
    assert story.stays("wmA") == [(at(0), at(10), REMOVED)]
    (member,) = told_of()[-1][1]["members"]
    assert (member["quitScene"], member["leftAt"]) == (1, "2026-11-02T01:10:00Z")


def test_a_late_event_belongs_to_the_stay_of_its_time_not_to_the_present_one(story: Story) -> None:
    story.read(one("wmA", 0))
    story.read(one("wmA", 30))
    story.told("wmA", minute=20)
    assert story.stays("wmA") == [(at(0), at(20), LEFT), (at(30), None, None)]
    assert story.counts() == (1, 1)


def test_two_leavings_in_the_wrong_order_each_end_their_stay(story: Story) -> None:
    story.read(one("wmA", 0))
    story.read(one("wmA", 30))
    story.told("wmA", minute=50, scene=REMOVED)
    story.told("wmA", minute=20, scene=LEFT)
    assert story.stays("wmA") == [(at(0), at(20), LEFT), (at(30), at(50), REMOVED)]


def test_two_leavings_of_one_known_stay_leave_it_with_the_earlier(story: Story) -> None:
    # They left at 20, came back unseen, and left again at 50.
    for first, second in ((50, 20), (20, 50)):
        GroupMember.objects.all().delete()
        story.read(one("wmA", 0))
        story.told("wmA", minute=first, scene=REMOVED if first == 50 else LEFT)
        story.told("wmA", minute=second, scene=REMOVED if second == 50 else LEFT)
        assert story.stays("wmA") == [(at(0), at(20), LEFT)]


def test_leaving_in_the_second_of_joining_again_ends_the_stay_before(story: Story) -> None:
    story.read(one("wmA", 0))
    story.read(one("wmA", 30))
    story.told("wmA", minute=30)
    assert story.stays("wmA") == [(at(0), at(30), LEFT), (at(30), None, None)]
    story.told("wmA", minute=30)
    assert story.stays("wmA") == [(at(0), at(30), LEFT), (at(30), None, None)]


def test_a_leaving_after_one_was_found_gone_ended_a_stay_that_was_never_seen(story: Story) -> None:
    story.read(one("wmA"))
    story.read()
    found_gone = now() - dt.timedelta(days=2)
    GroupMember.objects.update(left_at=found_gone)
    assert story.told("wmA", minute=minutes_from_now(-60)).same == 1
    assert story.stays("wmA") == [(at(0), found_gone, UNSEEN)]


@pytest.mark.parametrize("ahead", [5, 60 * 24 * 3], ids=["a little", "put forward by days"])
def test_a_clock_that_is_ahead_of_ours_loses_no_leaving(story: Story, ahead: int) -> None:
    story.read(one("wmA"))
    story.read()
    story.told("wmA", minute=minutes_from_now(ahead))
    assert story.stays("wmA") == [(at(0), at(minutes_from_now(ahead)), LEFT)]


@pytest.mark.parametrize("minute", [-5, 5])
def test_a_leaving_of_somebody_never_seen_in_the_group_then_says_nothing(story: Story, minute: int) -> None:
    story.read(one("wmB"))
    version = story.chat.version
    assert story.told("wmA", minute=minute).same == 1
    story.read(one("wmB"), one("wmA", 10))
    assert story.told("wmA", minute=minute).same == 1
    assert story.stays("wmA") == [(at(10), None, None)]
    assert story.chat.version == version + 1


def test_a_leaving_in_an_unknown_group_or_of_another_company_says_nothing(cast: Cast, story: Story) -> None:
    story.read(one("wmA"))
    before = OutboxEvent.objects.count()
    told = {"userids": ["wmA"], "quit_scene": 0, "at": at(5), "by": SYSTEM, "source": "callback"}
    for corp_id, chat_id in ((cast.corp.pk, "wrOther"), (cast.other_corp.pk, story.chat_id)):
        tally = mirroring.apply_departures(corp_id=corp_id, chat_id=chat_id, **told)
        assert (tally.changed, tally.same) == (0, 0)
    assert (story.stays("wmA"), OutboxEvent.objects.count()) == ([(at(0), None, None)], before)


def test_many_leave_by_one_event(story: Story, told_of: Any) -> None:
    story.read(*(one(f"wm{n:03}") for n in range(150)))
    story.told(*(f"wm{n:03}" for n in range(120)), minute=9)
    assert story.counts() == (30, 30)
    sizes = [len(data["members"]) for name, data in told_of() if name == "group.member.left"]
    assert sizes == [100, 20]


def test_who_left_before_the_group_was_dismissed_left_by_themselves(story: Story) -> None:
    story.read(one("wmA"), one("wmB"))
    story.dismissed(minute=40)
    story.told("wmA", minute=20)
    story.told("wmB", minute=50)
    assert story.stays("wmA") == [(at(0), at(20), LEFT)]
    assert story.stays("wmB") == [(at(0), at(40), DISMISSED)]
    assert story.counts() == (0, 0)
