"""People across chats, friends in none, members who are nobody's friend; by whom people came and how they left."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from corps.actors import SYSTEM
from groups.analysis import people, ways
from groups.analysis.scope import Scope
from groups.models import GroupChat, GroupMember
from tests import make
from tests.conftest import Cast
from tests.groups.story import Story, at, one


def across(cast: Cast, who: str = "admin", least: int = 2, friend: str = "any", page: int = 1, size: int = 20) -> Any:
    return people.across_chats(cast.actor(who), least=least, friend=friend, page=page, size=size)


def brief(found: Any) -> list[tuple[str, int]]:
    return [(row["userid"], row["groupCount"]) for row in found[0]]


def test_who_is_in_several_chats_is_shown_with_all_of_them_the_most_first(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner, external_userid="wmA", name="大海")
    first = make.chat(cast.corp, cast.owner, cast.owner, customer, "wmB", name="一群")
    second = make.chat(cast.corp, cast.colleague, cast.owner, customer, "wmB", "wmC", name="二群")
    third = make.chat(cast.corp, cast.colleague, customer, name="三群")
    found = across(cast)
    assert brief(found) == [("wmA", 3), ("wmB", 2)]
    assert found[1:] == (2, True)
    assert found[0][0] == {
        "userid": "wmA",
        "customerId": customer.pk,
        "name": "大海",
        "groupCount": 3,
        "groups": [
            {"id": first.pk, "name": "一群"},
            {"id": second.pk, "name": "二群"},
            {"id": third.pk, "name": "三群"},
        ],
    }
    assert brief(across(cast, least=1)) == [("wmA", 3), ("wmB", 2), ("wmC", 1)]


def test_who_has_left_one_is_in_one_less(cast: Cast, story: Story) -> None:
    make.chat(cast.corp, cast.owner, "wmA")
    story.read(one("wmA", 1))
    assert brief(across(cast)) == [("wmA", 2)]
    story.told("wmA", minute=5)
    assert brief(across(cast)) == []
    story.read(one("wmA", 9))
    assert brief(across(cast)) == [("wmA", 2)]


def test_pages_go_on_where_the_last_one_ended(cast: Cast) -> None:
    for _n in range(2):
        make.chat(cast.corp, cast.owner, *(f"wm{n}" for n in range(5)))
    pages = [brief(across(cast, page=number, size=2)) for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert sorted(userid for page in pages for userid, _n in page) == [f"wm{n}" for n in range(5)]


def test_each_sees_the_people_of_the_chats_that_are_theirs_to_see(cast: Cast) -> None:
    make.chat(cast.corp, cast.owner, "wmA", "wmB")
    make.chat(cast.corp, cast.owner, "wmA")
    make.chat(cast.corp, cast.colleague, "wmB")
    make.chat(cast.other_corp, cast.stranger, "wmA", "wmB")
    assert brief(across(cast, "owner")) == [("wmA", 2)]
    assert brief(across(cast, "manager")) == [("wmA", 2), ("wmB", 2)]
    assert brief(across(cast, "stranger")) == []
    # A superuser's two companies have nobody in common, whatever the ids say.
    assert {row["groupCount"] for row in people.across_chats(SYSTEM, least=1, friend="any", page=1, size=9)[0]} == {
        1,
        2,
    }


def test_nobodys_friends_are_told_from_somebodys(cast: Cast) -> None:
    friend = make.customer(cast.corp, cast.owner, external_userid="wmFriend")
    lost = make.customer(cast.corp, cast.owner, external_userid="wmLost")
    end_relation(lost)
    chat = make.chat(cast.corp, cast.owner, cast.owner, friend, lost, "wmStranger")
    assert [userid for userid, _n in brief(across(cast, least=1, friend="nobody"))] == ["wmLost", "wmStranger"]
    assert [userid for userid, _n in brief(across(cast, least=1, friend="somebody"))] == ["wmFriend"]
    rows = people.befriended(GroupMember.objects.filter(chat=chat, type=2), "nobody")
    assert set(rows.values_list("userid", flat=True)) == {"wmLost", "wmStranger"}


def end_relation(customer: Any) -> None:
    customer.relations.update(status=3)


def test_the_owners_customers_who_are_not_in_a_chat_are_found(cast: Cast) -> None:
    inside, outside, left = (make.customer(cast.corp, cast.owner) for _n in range(3))
    make.customer(cast.corp, cast.colleague)
    gone = make.customer(cast.corp, cast.owner)
    end_relation(gone)
    chat = make.chat(cast.corp, cast.owner, inside, left)
    GroupMember.objects.filter(customer=left).update(left_at=at(5), quit_scene=0)
    found = people.absent_friends(chat).values_list("customer_id", flat=True)
    assert list(found) == [left.pk, outside.pk]
    assert list(people.absent_friends(make.chat(cast.corp))) == []


def test_pages_cost_the_same_however_many_there_are(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for _n in range(3):
        make.chat(cast.corp, cast.owner, *(f"wm{n:02}" for n in range(30)))
    with django_assert_max_num_queries(4):
        assert len(across(cast)[0]) == 20


# --- Ways in and out ---


def scope(cast: Cast, who: str = "admin", **narrow: Any) -> Scope:
    days = dt.date(2026, 11, 1), dt.date(2026, 11, 30)
    return Scope(cast.actor(who), ZoneInfo("Asia/Shanghai"), *days, **narrow)


def test_invitations_are_counted_by_inviter_with_how_many_stay(cast: Cast, story: Story) -> None:
    owner, colleague = cast.owner.userid, cast.colleague.userid
    mine = [one(f"wm{n}", n, inviter_userid=owner) for n in range(3)]
    story.read(*mine, one("wm7", 7, inviter_userid=colleague), one("wm8", 8), one("wm9", 9, inviter_userid="gone"))
    story.told("wm0", minute=30)
    found = [
        (row["userid"], row["employeeId"], row["name"], row["invited"], row["stay"])
        for row in ways.by_inviter(scope(cast))
    ]
    assert found == [
        (owner, cast.owner.pk, "王小明", 3, 2),
        *sorted([(colleague, cast.colleague.pk, "李小红", 1, 1), ("gone", None, None, 1, 1)]),
    ]
    assert ways.by_inviter(scope(cast, "stranger")) == []


def test_colleagues_who_were_invited_are_no_customers_won(cast: Cast, story: Story) -> None:
    story.read(make.chat_member(cast.colleague, at(1), inviter_userid=cast.owner.userid))
    assert ways.by_inviter(scope(cast)) == []


def test_ways_of_leaving_are_counted_the_most_frequent_first(cast: Cast, story: Story) -> None:
    story.read(*(one(f"wm{n}", n) for n in range(6)), make.chat_member(cast.colleague, at(1)))
    story.told("wm0", "wm1", cast.colleague.userid, minute=20)
    story.told("wm2", minute=21, scene=1)
    story.dismissed(minute=30)
    found = [(row["quitScene"], row["left"], row["customers"]) for row in ways.by_quit_scene(scope(cast))]
    assert found == [(0, 3, 2), (8, 3, 3), (1, 1, 1)]
    assert ways.by_quit_scene(scope(cast, chat_id=GroupChat.objects.get().pk)) == ways.by_quit_scene(scope(cast))
