"""A reading of a group, stored: what is new, what differs, what is the same, and what is refused."""

import dataclasses
from typing import Any

import pytest

from corps import tickets
from corps.actors import SYSTEM
from corps.models import Employee
from groups import mirroring
from groups.choices import ChatStatus, QuitScene
from groups.models import GroupChat, GroupMember
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.groups.story import START, Story, at, one

UNSEEN = QuitScene.UNSEEN


def test_the_first_reading_brings_in_the_group_its_owner_and_everybody_in_it(
    cast: Cast, story: Story, told_of: Any
) -> None:
    customer = make.customer(cast.corp, cast.owner, external_userid="wmOcean")
    owner = make.chat_member(cast.owner, START)
    ocean = one("wmOcean", 2, join_scene=3, inviter_userid=cast.owner.userid, state="poster-7", unionid="o1")
    tally = story.read(owner, ocean, one("wmNobody", 3), notice="周五发货", admins=("lina",), member_version="v1")
    assert (tally.new, tally.changed, tally.same, tally.refused) == (1, 0, 0, 0)
    chat = story.chat
    assert (chat.name, chat.owner_id, chat.notice, chat.admins) == ("华北客户群", cast.owner.pk, "周五发货", ["lina"])
    assert (chat.status, chat.opened_at, chat.member_version, chat.version) == (0, START, "v1", 2)
    assert story.counts() == (3, 2)
    stay = GroupMember.objects.get(chat=chat, userid="wmOcean")
    assert (stay.customer_id, stay.employee_id, stay.type, stay.join_time) == (customer.pk, None, 2, at(2))
    assert (stay.join_scene, stay.inviter_userid, stay.state, stay.unionid) == (3, cast.owner.userid, "poster-7", "o1")
    assert GroupMember.objects.get(chat=chat, userid=cast.owner.userid).employee_id == cast.owner.pk
    assert GroupMember.objects.get(chat=chat, userid="wmNobody").customer_id is None
    ids = {"groupId": chat.pk, "chatId": "wrStory"}
    owned = ids | {"ownerId": cast.owner.pk, "status": 0}
    people = [("wmNobody", None, None, 3, 1), ("wmOcean", None, customer.pk, 2, 3)]
    people.insert(0, (cast.owner.userid, cast.owner.pk, None, 0, 1))
    assert told_of() == [
        ("group.created", owned | {"memberCount": 3, "customerCount": 2}),
        (
            "group.member.joined",
            ids
            | {
                "members": [
                    {
                        "userid": userid,
                        "employeeId": employee,
                        "customerId": known,
                        "joinTime": f"2026-11-02T01:{minute:02}:00Z",
                        "joinScene": scene,
                    }
                    for userid, employee, known, minute, scene in people
                ]
            },
        ),
    ]


def test_the_same_reading_again_changes_and_tells_nothing(story: Story, told_of: Any) -> None:
    story.read(one("wmA"), one("wmB"))
    before, told = GroupChat.objects.values().get(), told_of()
    rows = list(GroupMember.objects.values())
    tally = story.read(one("wmB"), one("wmA"))
    assert (tally.new, tally.changed, tally.same) == (0, 0, 1)
    after = GroupChat.objects.values().get()
    assert after.pop("fetch_seq") > before.pop("fetch_seq")
    assert (after, list(GroupMember.objects.values()), told_of()) == (before, rows, told)


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        ({"name": "新名"}, ["name"]),
        ({"notice": "新公告"}, ["notice"]),
        ({"admins": ("a", "b")}, ["admins"]),
        ({"opened_at": at(1)}, ["openedAt"]),
        ({"status": ChatStatus.INHERITED}, ["status"]),
        ({"owner_userid": "newowner", "name": ""}, ["name", "ownerId"]),
    ],
    ids=str,
)
def test_what_differs_is_stored_and_told_by_name(
    story: Story, told_of: Any, fields: dict[str, Any], changed: list[str]
) -> None:
    story.read(one("wmA"))
    version = story.chat.version
    tally = story.read(one("wmA"), **fields)
    assert (tally.changed, tally.sample) == (1, [f"wrStory {' '.join(changed)}"])
    name, data = told_of()[-1]
    assert (name, data["changed"], data["ownerId"]) == ("group.updated", changed, story.chat.owner_id)
    assert story.chat.version == version + 1
    assert OutboxEvent.objects.order_by("id").last().aggregate_version == version + 1


def test_an_owner_the_house_has_not_told_of_is_kept_by_the_userid(cast: Cast, story: Story) -> None:
    story.read(owner_userid="laowang")
    owner = Employee.objects.get(corp=cast.corp, userid="laowang")
    assert story.chat.owner_id == owner.pk
    story.read(owner_userid="")
    assert story.chat.owner_id is None


def test_a_list_of_members_that_has_only_a_new_version_is_no_change(story: Story, told_of: Any) -> None:
    story.read(one("wmA"), member_version="v1")
    told, version = told_of(), story.chat.version
    assert story.read(one("wmA"), member_version="v2").same == 1
    assert (story.chat.member_version, story.chat.version, told_of()) == ("v2", version, told)
    story.read(one("wmA"), member_version="")
    assert story.chat.member_version == "v2"


def test_what_a_member_is_called_in_the_group_follows_the_reading(story: Story, told_of: Any) -> None:
    story.read(one("wmA", name="大海", group_nickname="海"))
    assert story.read(one("wmA", name="大海", group_nickname="海哥", state="s")).changed == 1
    stay = GroupMember.objects.get(userid="wmA")
    assert (stay.group_nickname, stay.state, stay.left_at) == ("海哥", "s", None)
    assert told_of()[-1][1]["changed"] == ["members"]


def test_a_name_or_unionid_that_a_reading_leaves_out_stays(story: Story) -> None:
    story.read(one("wmA", name="大海", unionid="o1"))
    assert story.read(one("wmA", name="", unionid=None)).same == 1
    stay = GroupMember.objects.get(userid="wmA")
    assert (stay.name, stay.unionid) == ("大海", "o1")


def test_a_reading_begun_before_the_one_stored_is_refused(story: Story, told_of: Any) -> None:
    early, late = story.draw(), story.draw()
    story.read(one("wmA"), ticket=late)
    told = told_of()
    for ticket in (early, late):
        tally = story.read(one("wmB"), ticket=ticket, name="alt")
        assert (tally.refused, tally.new, tally.changed, tally.same) == (1, 0, 0, 0)
    assert (story.chat.name, story.stays("wmB"), told_of()) == ("华北客户群", [], told)


def test_a_refused_reading_still_shows_the_full_sync_that_the_group_is_there(story: Story) -> None:
    early = story.draw()
    story.read(one("wmA"))
    story.read(one("wmA"), ticket=early, run_id=9)
    assert story.chat.seen_run == 9


def test_who_is_no_longer_there_left_when_it_was_noticed_nobody_knows_how(story: Story, told_of: Any) -> None:
    story.read(one("wmA"), one("wmB"))
    before = story.chat.version
    story.read(one("wmA"))
    ((joined, left, how),) = story.stays("wmB")
    assert (joined, how) == (at(0), UNSEEN)
    assert left is not None
    assert left > at(0)
    assert story.counts() == (1, 1)
    name, data = told_of()[-1]
    assert (name, [m["userid"] for m in data["members"]]) == ("group.member.left", ["wmB"])
    assert (data["members"][0]["quitScene"], story.chat.version) == (9, before + 1)


def test_joining_again_begins_another_stay_and_keeps_the_first(story: Story) -> None:
    story.read(one("wmA", 0))
    story.read()
    story.read(one("wmA", 30))
    first, second = story.stays("wmA")
    assert first[2] == UNSEEN
    assert second == (at(30), None, None)
    assert story.counts() == (1, 1)


def test_a_later_joining_tells_that_the_stay_before_was_over_by_then(story: Story, told_of: Any) -> None:
    story.read(one("wmA", 0))
    tally = story.read(one("wmA", 30))
    assert story.stays("wmA") == [(at(0), at(30), UNSEEN), (at(30), None, None)]
    assert [name for name, _data in told_of()[-2:]] == ["group.member.joined", "group.member.left"]
    assert (tally.changed, story.counts()) == (1, (1, 1))


def test_one_who_was_taken_for_gone_and_is_shown_again_goes_on_staying(story: Story, told_of: Any) -> None:
    story.read(one("wmA", 0))
    story.read()
    story.read(one("wmA", 0))
    assert story.stays("wmA") == [(at(0), None, None)]
    assert told_of()[-1][0] == "group.member.joined"
    assert story.counts() == (1, 1)


def test_a_member_named_twice_is_there_once_by_the_later_joining(story: Story) -> None:
    story.read(one("wmA", 20), one("wmA", 10))
    assert story.stays("wmA") == [(at(20), None, None)]
    assert story.counts() == (1, 1)


def test_an_earlier_joining_in_a_later_reading_is_believed_too(story: Story) -> None:
    story.read(one("wmA", 20))
    story.read(one("wmA", 10))
    first, second = story.stays("wmA")
    assert (first, second[0], second[2]) == ((at(10), None, None), at(20), UNSEEN)


def test_ids_that_differ_in_case_are_two_people(story: Story) -> None:
    story.read(one("wmAbc"), one("wmABC"))
    assert story.counts() == (2, 2)
    story.read(one("wmABC"))
    assert story.stays("wmABC") == [(at(0), None, None)]
    assert story.stays("wmAbc")[0][2] == UNSEEN


def test_companies_do_not_meet_even_where_ids_are_the_same(cast: Cast, story: Story) -> None:
    story.read(one("wmA"))
    theirs = make.chat(cast.other_corp, cast.stranger, "wmA", chat_id=story.chat_id, name="乙方群")
    assert theirs.pk != story.chat.pk
    assert (theirs.owner_id, story.chat.name) == (cast.stranger.pk, "华北客户群")
    story.read()
    assert GroupMember.objects.filter(chat=theirs, left_at=None).count() == 1


def test_a_page_of_groups_is_stored_together_and_counted_apart(cast: Cast, story: Story) -> None:
    known = story.facts(one("wmA"))
    mirroring.apply_chats(
        corp_id=cast.corp.pk, chats=[known], ticket=story.draw(), by=SYSTEM, source="sync", run_id=None
    )
    page = [dataclasses.replace(known, name="改名"), *(story.facts(one("wmA"), chat_id=f"wr{n}") for n in range(5))]
    tally = mirroring.apply_chats(
        corp_id=cast.corp.pk, chats=page, ticket=tickets.draw(cast.corp.pk), by=SYSTEM, source="sync", run_id=4
    )
    assert (tally.new, tally.changed, tally.same) == (5, 1, 0)
    assert set(GroupChat.objects.values_list("seen_run", flat=True)) == {4}
    assert GroupMember.objects.filter(userid="wmA", left_at=None).count() == 6


def test_an_empty_page_does_nothing(cast: Cast, told_of: Any) -> None:
    tally = mirroring.apply_chats(corp_id=cast.corp.pk, chats=[], ticket=1, by=SYSTEM, source="sync", run_id=1)
    assert (tally.new, tally.same, told_of()) == (0, 0, [])
